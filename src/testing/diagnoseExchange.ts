/**
 * A diagnosis of an exchange written as text (tapExchange.ts), with short forms for packets that travel a whole path:
 *
 *   0ms C> S seq=1000          from the client through the node to the server: seen at every tap, translated by the node
 *   1ms <S SA seq=9000         the way back
 *   5ms C>| A                  lost on the node: seen on the client's side only
 *   6ms |<S A                  lost on the node: seen on the server's side only
 *   C2> <S2 … C9> <S9          the same for further clients (10.0.1.2:40002 …), all to `svc` and `pod`
 *   C3>b <S3b                  with another backend, tap `pilot2`
 *
 * With two taps these are `envoy` and `pilot`; with four also `nin` and `nout` on the node.
 */

import { correlate } from '../engine/correlate/correlate.ts';
import { diagnose } from '../engine/diagnose/diagnose.ts';
import type { ChecksumOf } from '../engine/diagnose/scene.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import { type ContextFacts, NO_CONTEXT } from '../engine/model/context.ts';
import type { Diagnosis, Finding } from '../engine/model/finding.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { replayPaths } from '../engine/replay/replayPaths.ts';
import { tapExchange } from './tapExchange.ts';

const NAMES = `
  svc  = 10.96.0.5:80
  pod  = 10.0.2.9:8080
  podb = 10.0.2.10:8080
  client  = 10.0.1.1:40001
  ${[2, 3, 4, 5, 6, 7, 8, 9].map((i) => `client${i} = 10.0.1.${i}:4000${i}`).join('\n  ')}
`;

/**
 * A connection that both ends have opened and used: the client stands at 1201, the server at 10001; windows 64,256 octets.
 * A further client's numbers begin with its own digit: 21201 and 30001.
 */
export const OPENED = (c = ''): string => `
  0ms C${c}> S  seq=${c}1000 win=64240 mss=1460 ws=7 sackok ts
  1ms <S${c} SA seq=${c}9000 win=65160 mss=1460 ws=7 sackok ts
  2ms C${c}> A  ts
  3ms C${c}> PA len=200 ts
  4ms <S${c} PA len=1000 ts
  5ms C${c}> A  ts
`;

export interface Given {
  readonly taps?: 2 | 4;
  readonly facts?: Partial<ContextFacts>;
  readonly checksumOf?: ChecksumOf;
}

/** Everything about an exchange. */
export async function analyzeExchange(text: string, given: Given = {}): Promise<Analysis> {
  const taps = await tapExchange(NAMES + expand(text, given.taps ?? 2));
  const workspace = buildWorkspace(taps);
  const correlation = correlate(workspace);
  const replays = replayPaths(workspace, correlation);
  const context = { ...NO_CONTEXT, ...given.facts };
  return { workspace, correlation, replays, context, diagnosis: diagnose(workspace, correlation, replays, context, given.checksumOf) };
}

export const diagnoseExchange = async (text: string, given: Given = {}): Promise<Diagnosis> =>
  (await analyzeExchange(text, given)).diagnosis;

/** `kind/severity` of every finding, the main one first. */
export const kindsOf = (diagnosis: Diagnosis): string[] => diagnosis.findings.map((f) => `${f.kind}/${f.severity}`);
export const findingOf = (diagnosis: Diagnosis, kind: string): Finding | undefined => diagnosis.findings.find((f) => f.kind === kind);

function expand(text: string, taps: 2 | 4): string {
  return text
    .split('\n')
    .map((line) => {
      const match = /^(\s*\S+\s+)(C(\d?)>(b?)(\|?)|(\|?)<S(\d?)(b?))(\s.*)$/.exec(line);
      if (!match) return line;
      const [, time = '', , up, upB, upLost, downLost, down, downB, rest = ''] = match;
      const isUp = up !== undefined;
      const client = `client${isUp ? up : (down ?? '')}`;
      const isB = (isUp ? upB : downB) === 'b';
      const pod = isB ? 'podb' : 'pod';
      const end = isB ? 'pilot2' : 'pilot';
      const near = (t: string): string[] => (taps === 2 ? [`envoy${t}`] : isUp ? [`envoy${t}`, 'nin+0.05ms'] : ['nin+0.15ms', `envoy${t}`]);
      const far = (t: string): string[] =>
        taps === 2 ? [`${end}${t}`] : isUp ? ['nout+0.1ms', `${end}${t}`] : [`${end}${t}`, 'nout+0.1ms'];
      const all = isUp
        ? [...near('').map((tap) => `${tap}:${client}>svc`), ...(upLost ? [] : far('+0.2ms').map((tap) => `${tap}:${client}>${pod}`))]
        : [...far('').map((tap) => `${tap}:${pod}>${client}`), ...(downLost ? [] : near('+0.2ms').map((tap) => `${tap}:svc>${client}`))];
      return `${time}${all.join(' ')}${rest}`;
    })
    .join('\n');
}
