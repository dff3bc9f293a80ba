// What `Rule.findsInLoneReset` promises, held against every rule.
import { expect, test } from 'vitest';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import { NO_CONTEXT } from '../model/context.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { replayPaths } from '../replay/replayPaths.ts';
import { isLoneReset } from './outline.ts';
import { RULES } from './registry.ts';
import { Scene } from './scene.ts';

const OPENED = `
  0ms envoy:10.0.1.1:40001>svc pilot+0.2ms:10.0.1.1:40001>pod S seq=1000 win=64240 mss=1460 ws=7 sackok ts
  1ms pilot:pod>10.0.1.1:40001 envoy+0.2ms:svc>10.0.1.1:40001 SA seq=9000 win=65160 mss=1460 ws=7 sackok ts
  2ms envoy:10.0.1.1:40001>svc pilot+0.2ms:10.0.1.1:40001>pod A ts
  3ms envoy:10.0.1.1:40001>svc pilot+0.2ms:10.0.1.1:40001>pod PA len=10 ts`;
const NAMES = 'svc = 10.96.0.5:80\npod = 10.0.2.9:8080\n';
const FLAGS = ['R seq=5001 ipid=0', 'RA seq=5001 ack=77', 'RA seq=0 ack=6001', 'R seq=0'];
/** From the client, from the server, seen at one capture point, at both alike, and of a connection that others have. */
const WAYS = [
  (c: string) => `envoy:${c}>svc`,
  (c: string) => `envoy:svc>${c}`,
  (c: string) => `pilot:${c}>pod`,
  (c: string) => `envoy:${c}>pod pilot+0.2ms:${c}>pod`,
  (c: string) => `pilot:pod>${c} envoy+0.2ms:pod>${c}`,
];

test('no rule finds anything on a path of a lone RST, but those that say they may', async () => {
  const lines = WAYS.flatMap((way, w) => FLAGS.map((flags, f) => `${10 + 10 * w + f}ms ${way(`10.0.9.${w + 1}:${50_000 + f}`)} ${flags}`));
  const workspace = buildWorkspace(await tapExchange(`${NAMES}${OPENED}\n${lines.join('\n')}`));
  const correlation = correlate(workspace);
  const scene = new Scene(workspace, correlation, replayPaths(workspace, correlation), NO_CONTEXT, () => 'unknown');
  const lone = correlation.paths.filter((path) => isLoneReset(scene, path));
  expect(lone.length).toBeGreaterThanOrEqual(lines.length);
  const finding = lone.flatMap((path) => RULES.filter((rule) => rule.judge(scene.view(path), scene).kind === 'found'));
  expect(new Set(finding.filter((rule) => rule.findsInLoneReset !== true).map((rule) => rule.slug))).toEqual(new Set());
});
