import { expect, test } from 'vitest';
import { correlateExchange } from '../../testing/correlateTaps.ts';
import { NO_CONTEXT } from '../model/context.ts';
import { nameLookup } from './names.ts';

const CLIENT = '10.0.0.1:40000';
const connection = (client: string, pod: string, at: number): string => `
  ${at}ms    envoy:${client}>svc   pilot+0.9ms:${client}>${pod}   S   seq=1${at}00 ws=7 ts
  ${at + 1}ms  pilot:${pod}>${client}   envoy+0.9ms:svc>${client}   SA  seq=9${at}00 ws=7 ts
  ${at + 2}ms  envoy:${client}>svc   pilot+0.9ms:${client}>${pod}   PA  len=100 ts`;
const NAMES = `
  a = ${CLIENT}
  b = 10.0.0.1:40001
  svc = 10.9.9.9:80
  pod = 10.0.0.2:8080
  other = 10.0.0.3:8080`;

async function names(exchange: string) {
  return nameLookup({ ...(await correlateExchange(NAMES + exchange)), context: NO_CONTEXT });
}

test('a capture point at an end of its paths names the host there, and never the service', async () => {
  const nameOf = await names(connection('a', 'pod', 1));
  expect(nameOf('10.0.0.1', 40000)).toBe('envoy');
  expect(nameOf('10.0.0.2', 8080)).toBe('pilot');
  expect(nameOf('10.9.9.9', 80)).toBe(null);
});

test('a capture point with several servers names none of them', async () => {
  const nameOf = await names(connection('a', 'pod', 1) + connection('b', 'other', 20));
  expect(nameOf('10.0.0.1', 40001)).toBe('envoy');
  expect(nameOf('10.0.0.2', 8080)).toBe(null);
  expect(nameOf('10.0.0.3', 8080)).toBe(null);
});
