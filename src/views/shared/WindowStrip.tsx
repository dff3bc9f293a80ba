// The window that connection tracking judged a packet by, drawn to scale, with the bound it broke and the kernel's own sentence.
import { V_ESTABLISHED, V_IGNORED, V_INVALID, V_NEW, type WindowJudgement, type WindowRecord } from '../../engine/model/verdict.ts';
import { useSettings } from '../../store/settings.ts';
import { formatCount } from './format.ts';
import { type Translate, useText } from './i18n.ts';
import styles from './WindowStrip.module.css';
import { layoutStrip, type StripLayout } from './windowStripLayout.ts';
import { windowStripText } from './windowStripText.ts';

const WIDTH = 320;
const HEIGHT = 74;
const BAR_TOP = 26;
const BAR_HEIGHT = 8;

type T = Translate<keyof typeof windowStripText.en>;

/** @param judgement of `PacketDetail.judgement` or a query of its own; @param isLeak it left the node as it came */
export function WindowStrip({ judgement: j, isLeak }: { readonly judgement: WindowJudgement; readonly isLeak: boolean }) {
  const t = useText(windowStripText);
  // The records of an entry that this very packet made are no window that it could have been judged by.
  const hasWindow = j.hasRecords && j.state !== 'NONE';
  return (
    <div className={styles.strip}>
      {hasWindow ? <Figure judgement={j} t={t} /> : <p className={styles.sentence}>{t('noEntry')}</p>}
      {j.log !== null && <p className={styles.log}>{j.log}</p>}
      <p className={styles.says}>{verdictOf(j, isLeak, t)}</p>
      <p className={styles.says}>
        {t('profile', {
          profile: j.profile,
          liberal: j.settings.be_liberal ? 1 : 0,
          rule: j.settings.ipvs ? t('ipvs') : j.settings.dropInvalid ? t('ruleDrop') : t('ruleNone'),
        })}
      </p>
      {hasWindow && <Numbers judgement={j} t={t} />}
    </div>
  );
}

function verdictOf(j: WindowJudgement, isLeak: boolean, t: T): string {
  if (j.verdict === V_NEW && isLeak) return t('newUntranslated');
  const isAccepted = j.verdict === V_NEW || j.verdict === V_ESTABLISHED;
  if (isAccepted && j.isDecisive && j.broken !== null && j.settings.be_liberal) return t('liberalPass');
  const id = j.verdict === V_NEW ? 1 : j.verdict === V_ESTABLISHED ? 2 : j.verdict === V_IGNORED ? 3 : j.verdict === V_INVALID ? 4 : 5;
  return t(`verdict-${id}`);
}

/** One sentence that says what the picture shows. */
function sentenceOf(j: WindowJudgement, t: T): string {
  if (!j.isDecisive) return t('undecided');
  const n = j.by;
  if (j.broken === 'I') return t('above', { n });
  if (j.broken === 'II') return t('below', { n });
  if (j.broken === 'III') return t('unseen', { n });
  return j.broken === 'IV' ? t('old', { n }) : t('inside');
}

function Figure({ judgement: j, t }: { readonly judgement: WindowJudgement; readonly t: T }) {
  const s = layoutStrip(j);
  const says = sentenceOf(j, t);
  const x = (share: number): number => share * WIDTH;
  const tone = j.broken === null || !j.isDecisive ? 'inside' : 'outside';
  return (
    <>
      <svg className={styles.figure} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('figure', { says })} data-tone={tone}>
        <rect className={styles.ground} x={0} y={BAR_TOP} width={WIDTH} height={BAR_HEIGHT} rx={2} />
        <rect className={styles.accepted} x={x(s.low)} y={BAR_TOP - 1} width={x(s.high - s.low)} height={BAR_HEIGHT + 2} rx={2} />
        <line className={styles.tdEnd} x1={x(s.tdEnd)} x2={x(s.tdEnd)} y1={BAR_TOP - 4} y2={BAR_TOP + BAR_HEIGHT + 4} />
        <rect
          className={styles.packet}
          x={x(s.start)}
          y={BAR_TOP - 7}
          width={Math.max(2, x(s.end - s.start))}
          height={BAR_HEIGHT + 14}
          rx={1}
        />
        <Labels s={s} t={t} />
        {s.gap && j.isDecisive && <Gap gap={s.gap} octets={j.by} t={t} />}
        <text
          className={styles.bounds}
          x={anchor(x((s.low + s.high) / 2)).x}
          y={HEIGHT - 4}
          textAnchor={anchor(x((s.low + s.high) / 2)).anchor}
        >
          {s.of === 'seq' ? 'td_end − maxwin … td_maxend' : 'td_end − W … td_end'}
        </text>
      </svg>
      <p className={styles.sentence} data-tone={tone}>
        {says}
      </p>
    </>
  );
}

function Labels({ s, t }: { readonly s: StripLayout; readonly t: T }) {
  const packet = anchor(((s.start + s.end) / 2) * WIDTH);
  const accepted = anchor(((s.low + s.high) / 2) * WIDTH);
  const isCrowded = Math.abs(packet.x - accepted.x) < 110;
  return (
    <>
      <text className={styles.packetLabel} x={packet.x} y={11} textAnchor={packet.anchor}>
        {t(s.of === 'seq' ? 'thisSegment' : 'thisAck')}
      </text>
      {!isCrowded && (
        <text className={styles.acceptedLabel} x={accepted.x} y={11} textAnchor={accepted.anchor}>
          {t('accepted')}
        </text>
      )}
    </>
  );
}

function Gap({ gap, octets, t }: { readonly gap: { readonly from: number; readonly to: number }; readonly octets: number; readonly t: T }) {
  const [from, to] = [gap.from * WIDTH, gap.to * WIDTH];
  const middle = anchor((from + to) / 2);
  const y = BAR_TOP + BAR_HEIGHT + 10;
  return (
    <>
      <line className={styles.gap} x1={from} x2={Math.max(to, from + 2)} y1={y} y2={y} />
      <text className={styles.gapLabel} x={middle.x} y={y + 12} textAnchor={middle.anchor}>
        {t('octets', { n: octets })}
      </text>
    </>
  );
}

/** Labels near a border hang inwards. */
function anchor(x: number): { readonly x: number; readonly anchor: 'start' | 'middle' | 'end' } {
  if (x < 90) return { x: Math.max(2, Math.min(x, 8)), anchor: 'start' };
  if (x > WIDTH - 90) return { x: WIDTH - 2, anchor: 'end' };
  return { x, anchor: 'middle' };
}

function Numbers({ judgement: j, t }: { readonly judgement: WindowJudgement; readonly t: T }) {
  const language = useSettings((s) => s.language);
  const signed = (value: number, origin: number): string => {
    const d = (value - origin) | 0;
    return d === 0 ? '0' : `${d < 0 ? '−' : '+'}${formatCount(Math.abs(d), language)}`;
  };
  const side = (name: string, r: WindowRecord) => (
    <tr>
      <th scope="row">{name}</th>
      <td title={String(r.end)}>{r.end}</td>
      <td title={String(r.maxend)}>{signed(r.maxend, r.end)}</td>
      <td>{formatCount(r.maxwin, language)}</td>
      <td>{r.scale}</td>
    </tr>
  );
  return (
    <details className={styles.numbers}>
      <summary>{t('numbers')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">td_end</th>
            <th scope="col">td_maxend</th>
            <th scope="col">td_maxwin</th>
            <th scope="col">td_scale</th>
          </tr>
        </thead>
        <tbody>
          {side(t('sender'), j.sender)}
          {side(t('receiver'), j.receiver)}
        </tbody>
      </table>
      <table>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">seq</th>
            <th scope="col">seq + len</th>
            <th scope="col">ack</th>
            <th scope="col">{'state'}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('segment')}</th>
            <td title={String(j.seq)}>{signed(j.seq, j.sender.end)}</td>
            <td title={String(j.end)}>{signed(j.end, j.sender.end)}</td>
            <td title={String(j.ack)}>{signed(j.ack, j.receiver.end)}</td>
            <td>{j.state}</td>
          </tr>
        </tbody>
      </table>
      <p>{t('relative')}</p>
    </details>
  );
}
