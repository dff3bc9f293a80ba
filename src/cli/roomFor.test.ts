import { expect, test } from 'vitest';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { manyConnections } from '../testing/manyConnections.ts';
import { roomFor } from './roomFor.ts';

test('more connections than the heap holds are refused in words, with what to do', async () => {
  const workspace = buildWorkspace(await manyConnections(100));
  expect(roomFor(workspace, 200 * 1500)).toEqual({ ok: true, value: null });
  const refused = roomFor(workspace, 200 * 1500 - 1);
  expect(refused).toEqual({ ok: false, error: expect.stringMatching(/^200 connections: .*--max-old-space-size/) });
});
