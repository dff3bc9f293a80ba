// The recorded kernel corpus: a subset as fixture always, the whole of it where the checkout has it beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRecording, profileOf, runCases } from '../../testing/oracleCases.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = resolve(HERE, '../../testing/oracle');
const SHARED = resolve(HERE, '../../../../shared/oracle');

function check(path: string): void {
  const { cases, left, unknownSettings } = parseRecording(gunzipSync(readFileSync(path)).toString('utf8'));
  expect([left, unknownSettings]).toEqual([{}, []]);
  const result = runCases(cases, profileOf(path, cases));
  expect(result.differences.slice(0, 5)).toEqual([]);
  expect(result.agreeingPackets).toBe(result.packets);
  expect(result.cases).toBeGreaterThan(1000);
}

const recordings = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz'));

describe('every field of every packet agrees with the recorded kernel', () => {
  test.each(recordings(FIXTURES))('subset %s', (name) => check(join(FIXTURES, name)));
});

describe.runIf(existsSync(SHARED))('and so does the whole recording', () => {
  test.each(existsSync(SHARED) ? recordings(SHARED) : [])('%s', (name) => check(join(SHARED, name)), 60_000);
});

describe('the profile of a recording', () => {
  const withLog = (log: string[]) =>
    parseRecording(
      JSON.stringify({ name: 'a', sysctl: {}, packets: [{ t: 0, dir: 'orig', seq: 0, ack: 0, flags: 'R', win: 0, len: 0, log }] }),
    ).cases;
  test('is what its name says', () => {
    expect(profileOf('/x/hidden-6.1.jsonl', [])).toBe('6.1');
    expect(profileOf('conntrack-6.18b.jsonl.gz', [])).toBe('6.18');
    expect(profileOf('conntrack-5.10.jsonl.gz', [])).toBe('5.10');
  });
  test('else what its sentences betray', () => {
    expect(profileOf('a.jsonl', withLog(['invalid new']))).toBe('6.18');
    expect(profileOf('a.jsonl', withLog(['ACK is over upper bound 7 (ACKed data not seen yet)']))).toBe('6.1');
    expect(profileOf('a.jsonl', withLog(['ACK is over the upper bound (ACKed data not seen yet)']))).toBe('5.10');
  });
});

describe('no file fails by its format', () => {
  const packet = { t: 0, dir: 'orig', seq: 100, ack: 0, flags: 'S', win: 1000, len: 0, ctstate: 'new', nat: true, protoState: 'SYN_SENT' };
  const agree = (content: string, name = 'x-5.10.jsonl') => {
    const { cases } = parseRecording(content);
    const { packets, agreeingPackets } = runCases(cases, profileOf(name, cases));
    return [agreeingPackets, packets];
  };
  test('settings by full name, as booleans or as text; timeouts among them', () => {
    const sysctl = {
      'net.netfilter.nf_conntrack_tcp_be_liberal': '1',
      nf_conntrack_tcp_loose: false,
      timeout_syn_sent: 7,
      nf_conntrack_checksum: true,
    };
    const { cases, unknownSettings } = parseRecording(JSON.stringify({ sysctl: { ...sysctl, nf_flowtable: 1 }, packets: [packet] }));
    expect(cases[0]?.settings).toMatchObject({ be_liberal: true, loose: false, checksum: true, timeouts: { syn_sent: 7 } });
    expect(unknownSettings).toEqual(['nf_flowtable']);
  });
  test('fields that a recording leaves out are not compared', () => {
    expect(
      agree(
        JSON.stringify({
          packets: [
            { dir: 'orig', flags: 'S', seq: 100 },
            { dir: 'reply', flags: 'SA', ack: 101 },
          ],
        }),
      ),
    ).toEqual([2, 2]);
  });
  test('an array of cases, comments, a byte order mark, carriage returns', () => {
    const line = JSON.stringify({ name: 'a', packets: [packet] });
    expect(agree(`[${line},${line}]`)).toEqual([2, 2]);
    expect(agree(`\ufeff# recorded\r\n${line}\r\n\r\n`)).toEqual([1, 1]);
  });
  test('lines that are no case of TCP packets are counted and left out', () => {
    const lines = [
      '{',
      '7',
      '{"packets":7}',
      '{"packets":[]}',
      JSON.stringify({ packets: [{ ...packet, proto: 'udp' }] }),
      JSON.stringify({ packets: [packet] }),
    ];
    const { cases, left } = parseRecording(lines.join('\n'));
    expect(cases).toHaveLength(1);
    expect(left).toEqual({ 'no JSON object': 2, 'no packets': 2, 'not TCP': 1 });
  });
  test('where no waiting was real, no time passes', () => {
    const later = [
      { ...packet, timeout: 120 },
      { dir: 'reply', t: 90, flags: 'A', seq: 1, ack: 5, timeout: 120, protoState: 'SYN_SENT' },
    ];
    expect(agree(JSON.stringify({ name: 'a', packets: later }))).toEqual([2, 2]);
    expect(agree(JSON.stringify({ name: 'timed-a', packets: later }))).toEqual([1, 2]);
  });
  test('a case that names its kernel is run under that one’s profile', () => {
    const sequence = [packet, { ...packet, t: 50, timeout: 70 }];
    const lines = ['5.4.0-91', '6.1.176'].map((kernel) => JSON.stringify({ name: 'timed-a', kernel, timeouts: {}, packets: sequence }));
    expect(agree(lines.join('\n'), 'mixed.jsonl')).toEqual([3, 4]);
  });
  test('a release that is no profile stands for its generation; without any name the one that agrees best is taken', () => {
    expect(profileOf('conntrack-6.6.jsonl', [])).toBe('6.18');
    expect(profileOf('conntrack-5.15.jsonl.gz', [])).toBe('5.15');
    const rst = [packet, { ...packet, t: 50, timeout: 70 }].map((p) => ({ ...p, dir: 'orig' }));
    expect(profileOf('a.jsonl', parseRecording(JSON.stringify({ name: 'timed', packets: rst })).cases)).toBe('5.15');
  });
  test('whatever a line holds, it is read or left out', () => {
    const key = fc.constantFrom(...Object.keys(packet), 'opts', 'log', 'bad', 'timeout', 'scale', 'ctflags', 'delivered', 'direct');
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('orig', 'reply', 'SAFRPUEC', 'csum', 4294967295, -1, 1e300));
    const packets = fc.array(fc.dictionary(key, value, { noNullPrototype: true }), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: value, sysctl: value, timeouts: value, packets }, { requiredKeys: [] }), { maxLength: 4 }),
        (cases) => {
          const recording = parseRecording(cases.map((c) => JSON.stringify(c)).join('\n'));
          const result = runCases(recording.cases, profileOf('a.jsonl', recording.cases));
          expect(result.agreeingPackets).toBeLessThanOrEqual(result.packets);
        },
      ),
      { numRuns: 300 },
    );
  });
});
