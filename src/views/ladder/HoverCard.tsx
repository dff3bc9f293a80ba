// What lies under the pointer in full words, beside it. Rendered in the frame of the pointer's move.
import { useStore } from 'zustand';
import { formatEndpoint } from '../../engine/model/address.ts';
import type { LadderPacket, LadderState } from '../../engine/model/ladder.ts';
import type { Nanos } from '../../engine/model/units.ts';
import { describeRow, describeState, laneName, stateName } from '../../figure/describe.ts';
import { duration, grouped } from '../../figure/numbers.ts';
import { flagText, markWords, natureOf, relativeAck, relativeSeq } from '../../figure/packetText.ts';
import { STATE_LOOKS } from '../../figure/stateBand.ts';
import type { LadderWords } from '../../figure/words.ts';
import { wouldWords } from '../../figure/wouldMarks.ts';
import { useLanes } from '../../store/lanes.ts';
import { useText } from '../shared/i18n.ts';
import styles from './Ladder.module.css';
import type { LadderControl } from './ladderControl.ts';
import { ALL_STATES, StateLegend } from './StateLegend.tsx';
import { ladderText } from './text.ts';

const WIDTH = 336;

export function HoverCard(props: {
  readonly control: LadderControl;
  readonly words: LadderWords;
  readonly formatTime: (time: Nanos) => string;
}) {
  const { control, words, formatTime } = props;
  const hover = useStore(control.store, (s) => s.hover);
  const stage = useStore(control.store, (s) => s.figure?.stage);
  if (!hover || !stage) return null;
  const packet = control.packet(hover.id);
  const fold = control.fold(hover.id);
  const state = control.entryState(hover.id);
  if (!packet && !fold && !state) return null;
  const { width, height } = control.size();
  const left = hover.x + 18 + WIDTH > width ? Math.max(4, hover.x - 18 - WIDTH) : hover.x + 18;
  const below = hover.y < height - 240;
  const style = { left, width: WIDTH, ...(below ? { top: hover.y + 16 } : { bottom: height - hover.y + 12 }) };
  return (
    <div className={styles.card} style={style} aria-hidden="true" data-hover-card>
      {packet ? (
        <PacketCard packet={packet} control={control} words={words} formatTime={formatTime} />
      ) : state ? (
        <StateCard state={state} states={control.ladder.states ?? []} words={words} formatTime={formatTime} />
      ) : (
        fold && <p>{describeRow(fold, stage, control.ladder)}</p>
      )}
    </div>
  );
}

function StateCard(props: {
  readonly state: LadderState;
  /** All of the diagram: those among them are explained. */
  readonly states: readonly LadderState[];
  readonly words: LadderWords;
  readonly formatTime: (time: Nanos) => string;
}) {
  const { state, words, formatTime } = props;
  const here = new Set(props.states.map((s) => s.state));
  const names = useLanes((s) => s.names);
  const look = STATE_LOOKS[state.state];
  return (
    <>
      <p className={styles.cardTitle}>
        {words.entry.title}: {stateName(state, words)} {state.state !== 'NONE' && <span className={styles.cardFlags}>{look.letters}</span>}
      </p>
      {describeState(state, words, formatTime, names).map((line) => (
        <p key={line} className={styles.cardTuple}>
          {line}
        </p>
      ))}
      <StateLegend states={ALL_STATES.filter((s) => here.has(s))} words={words} />
    </>
  );
}

function PacketCard(props: {
  readonly packet: LadderPacket;
  readonly control: LadderControl;
  readonly words: LadderWords;
  readonly formatTime: (time: Nanos) => string;
}) {
  const { packet, control, words, formatTime } = props;
  const t = useText(ladderText);
  const names = useLanes((s) => s.names);
  const stage = useStore(control.store, (s) => s.figure?.stage);
  const last = packet.sightings.at(-1);
  if (!stage || !last) return null;
  const foretold = wouldWords(packet.would, stage, names);
  const tone = packet.leak ? styles.leakText : packet.reset ? styles.resetText : '';
  const expected = packet.leak?.expectedSource ?? packet.leak?.expectedDestination;
  return (
    <>
      <p className={`${styles.cardTitle} ${tone}`}>
        {words.natures[natureOf(packet)]} <span className={styles.cardFlags}>{flagText(packet.flags)}</span>
      </p>
      <p className={styles.cardTuple}>
        {expected && <s className={styles.leakText}>{formatEndpoint(expected)}</s>} {formatEndpoint(last.source)} →{' '}
        {formatEndpoint(last.destination)}
      </p>
      <p className={styles.cardTuple}>
        {t('relative', {
          seq: relativeSeq(packet, stage),
          ack: relativeAck(packet, stage),
          win: grouped(packet.window),
          len: grouped(packet.length),
        })}
      </p>
      {markWords(packet).length > 0 && <p className={styles.warnText}>{words.and(markWords(packet).map((m) => words.marks[m]))}</p>}
      {packet.held > 0 && <p className={styles.warnText}>{words.heldBack(duration(packet.held))}</p>}
      {packet.early && <p className={styles.warnText}>{words.early(duration(packet.early))}</p>}
      {packet.verdict && (packet.leak || packet.verdict.verdict !== 'ESTABLISHED') && (
        <p className={styles.cardVerdict}>
          {t('conntrack')}: {packet.verdict.verdict}
          {packet.verdict.reason && `, ${packet.verdict.reason}`}
        </p>
      )}
      {foretold && <p className={styles.cardForetold}>{foretold}</p>}
      <table className={styles.cardSeen}>
        <tbody>
          {packet.sightings.map((s) => (
            <tr key={`${s.tap}:${s.row}`}>
              <th scope="row">{laneName(control.ladder, s.lane, words, names)}</th>
              <td>#{s.frame}</td>
              <td>{formatTime(s.time)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
