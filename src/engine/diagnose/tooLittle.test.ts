import { expect, test } from 'vitest';
import { analyzeExchange, OPENED } from '../../testing/diagnoseExchange.ts';

const verdictOf = async (text: string) => (await analyzeExchange(text)).diagnosis.verdict;

test.each([
  ['a lone SYN', '0ms C> S seq=1000'],
  ['a SYN and its answer', '0ms C> S seq=1000\n1ms <S SA seq=9000'],
  ['two packets in mid-stream', '0ms C> PA len=20\n1ms <S A'],
])('less than a handshake proves nothing: %s', async (_, text) => {
  const verdict = await verdictOf(text);
  expect(verdict.kind).toBe('undecided');
  expect(verdict.says[0]?.id).toBe('verdict.tooLittle');
});

test('a connection that was opened and used is one that nothing went wrong on', async () => {
  expect((await verdictOf(OPENED())).kind).toBe('nothing');
});
