// A ladder as plain steps between lanes: what text diagrams are written from.
import type { Ladder, LadderPacket } from '../engine/model/ladder.ts';
import { describeRow, laneName } from './describe.ts';
import { flagText, isReset } from './packetText.ts';
import { wordsEn } from './words.en.ts';
import { wordsZh } from './words.zh.ts';

export interface LadderSteps {
  readonly title: string;
  readonly lanes: readonly { readonly id: string; readonly name: string }[];
  readonly rows: readonly (
    | { readonly from: string; readonly to: string; readonly label: string; readonly kind: 'plain' | 'leak' | 'reset' | 'lost' }
    | { readonly over: readonly [string, string]; readonly text: string }
  )[];
}

export function ladderSteps(ladder: Ladder, title: string, language: 'en' | 'zh', renamed: ReadonlyMap<string, string>): LadderSteps {
  const words = language === 'zh' ? wordsZh : wordsEn;
  const ids = ladder.lanes.map((lane) => lane.id);
  const first = ids[0] ?? '';
  const last = ids.at(-1) ?? first;
  const isn = ladder.paths.map((path) => path.isn);
  return {
    title,
    lanes: ladder.lanes.map((lane, i) => ({ id: lane.id, name: laneName(ladder, i, words, renamed) })),
    rows: ladder.rows.map((row) => {
      if (row.kind !== 'packet')
        return { over: [first, last] as const, text: describeRow(row, { words, lanes: ladder.lanes, isn }, ladder) };
      const from = row.sightings[0];
      const to = row.sightings.at(-1);
      return {
        from: ids[from?.lane ?? 0] ?? first,
        to: ids[to?.lane ?? 0] ?? last,
        label: labelOf(row),
        kind: row.leak ? ('leak' as const) : isReset(row) ? ('reset' as const) : ('plain' as const),
      };
    }),
  };
}

function labelOf(packet: LadderPacket): string {
  const [from, to] = [packet.sightings[0], packet.sightings.at(-1)];
  const frames = [...new Set([from?.frame, to?.frame])].map((frame) => `${frame}`).join('/');
  const verdict = packet.leak && packet.verdict ? `, ${packet.verdict.verdict}` : '';
  return `${frames} ${flagText(packet.flags)}${packet.length > 0 ? ` len ${packet.length}` : ''}, src ${to?.source.address ?? ''}${verdict}`;
}
