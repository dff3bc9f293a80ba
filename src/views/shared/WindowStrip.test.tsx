import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { V_ESTABLISHED, V_INVALID, V_NEW, type WindowJudgement } from '../../engine/model/verdict.ts';
import { judgement } from '../../testing/judgement.ts';
import { WindowStrip } from './WindowStrip.tsx';

const shown = (part: Partial<WindowJudgement>, isLeak = false): string =>
  renderToStaticMarkup(<WindowStrip judgement={judgement(part)} isLeak={isLeak} />);

test('a packet that met no entry is measured by no window', () => {
  // Picked up in mid-stream: the records are those of the entry that it made itself.
  const pickedUp = { state: 'NONE', verdict: V_NEW, broken: 'IV', by: 5000 } as const;
  for (const html of [shown(pickedUp, true), shown(pickedUp), shown({ hasRecords: false, verdict: V_INVALID })]) {
    expect(html).toContain('met no entry');
    expect(html).not.toMatch(/<svg|lower bound|td_maxend/);
  }
  expect(shown(pickedUp, true)).toContain('no rule translates');
  expect(shown(pickedUp, true)).not.toContain('accepted and translated');
  expect(shown({ hasRecords: false, verdict: V_INVALID })).toContain('neither dropped nor translated');
});

test('a packet that an entry judged is drawn beside its window', () => {
  const html = shown({ verdict: V_ESTABLISHED });
  expect(html).toMatch(/<svg.*inside the window/);
  expect(html).toContain('td_maxend');
  expect(shown({ broken: 'II', by: 900, verdict: V_INVALID })).toContain('900 bytes below the lower bound');
});
