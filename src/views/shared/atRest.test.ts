import { afterEach, expect, test, vi } from 'vitest';
import { atRest, eachAtRest } from './atRest.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A browser that says when it rests: each call of `rest` is one such moment. */
function browserThatRests(): { readonly rest: () => void } {
  let waiting: [number, () => void][] = [];
  let next = 1;
  vi.stubGlobal('requestIdleCallback', (task: () => void) => {
    waiting.push([next, task]);
    return next++;
  });
  vi.stubGlobal('cancelIdleCallback', (handle: number) => {
    waiting = waiting.filter(([h]) => h !== handle);
  });
  return {
    rest: () => {
      const now = waiting;
      waiting = [];
      for (const [, task] of now) task();
    },
  };
}

test('one after the other, each in a rest of its own, until called off', () => {
  const { rest } = browserThatRests();
  const done: string[] = [];
  const cancel = eachAtRest(['a', 'b', 'c'].map((name) => () => void done.push(name)));
  rest();
  expect(done).toEqual([]);
  rest();
  expect(done).toEqual(['a']);
  rest();
  rest();
  expect(done).toEqual(['a', 'b']);
  cancel();
  for (let i = 0; i < 4; i++) rest();
  expect(done).toEqual(['a', 'b']);
});

test('a browser that does not say when it rests is given a moment', () => {
  vi.useFakeTimers();
  const task = vi.fn();
  atRest(task);
  expect(task).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(task).toHaveBeenCalledTimes(1);
  const other = vi.fn();
  atRest(other)();
  vi.advanceTimersByTime(1000);
  expect(other).not.toHaveBeenCalled();
});
