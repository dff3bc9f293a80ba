// What matters of a packet: facts, conntrack's view, the same packet elsewhere, cause and effect.
import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { PacketDetail } from '../../engine/model/packetDetail.ts';
import { useMessages } from '../../store/messages.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { Menu } from '../shared/Menu.tsx';
import { PacketLink } from '../shared/PacketLink.tsx';
import { PacketNote } from '../shared/PacketNote.tsx';
import { sharedText } from '../shared/text.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import { WindowStrip } from '../shared/WindowStrip.tsx';
import { connectionFilter, fieldsJson, packetFilter, packetMarkdown, tcpdumpExpression, tcpdumpPacket } from './copyText.ts';
import { type Fact, heading, packetFacts } from './facts.ts';
import styles from './PacketTab.module.css';
import { Sightings } from './Sightings.tsx';
import { inspectorText } from './text.ts';

export function PacketTab({ detail }: { readonly detail: PacketDetail }) {
  const t = useText(inspectorText);
  const time = useTimeFormat();
  const language = useSettings((s) => s.language);
  const seq = useSettings((s) => s.seq);
  const set = useSettings((s) => s.set);
  const facts = packetFacts(detail, t, seq, language, time(detail.row.time));
  const head = heading(detail, t);
  return (
    <div className={styles.tab}>
      <header className={styles.head}>
        <h2 className={styles.title} data-tone={head.tone}>
          {head.text}
        </h2>
        <CopyMenu detail={detail} facts={facts} />
      </header>
      <Facts facts={facts} />
      {detail.segment && (
        <label className={styles.raw}>
          <input type="checkbox" checked={seq === 'raw'} onChange={(e) => set({ seq: e.target.checked ? 'raw' : 'relative' })} />
          {t('rawNumbers')}
        </label>
      )}
      <Conntrack detail={detail} />
      {detail.sightings.length > 1 ? <Sightings detail={detail} /> : detail.segment && <p className={styles.quiet}>{t('onlyHere')}</p>}
      <Consequences detail={detail} />
      {detail.reset && detail.reset.because.length > 0 && (
        <section>
          <h3 className={styles.section}>{t('because')}</h3>
          <ul className={styles.because}>
            {detail.reset.because.map((b) => (
              <li key={b}>{b}</li>
            ))}
          </ul>
        </section>
      )}
      <PacketNote packet={detail.packet} />
    </div>
  );
}

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((f) => (
        <div key={f.id} className={styles.fact}>
          <dt>{f.name}</dt>
          <dd data-tone={f.tone}>
            {f.instead && <s className={styles.instead}>{f.instead}</s>}
            {f.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function CopyMenu({ detail, facts }: { readonly detail: PacketDetail; readonly facts: readonly Fact[] }) {
  const t = useText(inspectorText);
  const shared = useText(sharedText);
  const say = useMessages((s) => s.say);
  const copy = (text: string): void => {
    const written = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error('no clipboard'));
    written.then(
      () => say(shared('copied'), { tone: 'good' }),
      () => say(`${shared('copyFailed')} ${text.slice(0, 400)}`, { tone: 'bad', lasting: true }),
    );
  };
  const action = (
    id: 'copyFilter' | 'copyConnection' | 'copyTcpdump' | 'copyTcpdumpPacket' | 'copyJson' | 'copyMarkdown',
    text: () => string,
  ) => ({
    kind: 'action' as const,
    id,
    label: t(id),
    onSelect: () => copy(text()),
  });
  return (
    <Menu
      trigger={
        <Button look="icon" aria-label={t('copy')} title={t('copy')}>
          <Copy size={14} aria-hidden />
        </Button>
      }
      items={[
        action('copyFilter', () => packetFilter(detail)),
        ...(detail.segment
          ? [
              action('copyConnection', () => connectionFilter(detail)),
              action('copyTcpdump', () => tcpdumpExpression(detail)),
              action('copyTcpdumpPacket', () => tcpdumpPacket(detail)),
            ]
          : []),
        action('copyJson', () => fieldsJson(detail)),
        action('copyMarkdown', () =>
          packetMarkdown(
            detail,
            facts.map((f) => [f.name, f.instead ? `${f.value} (≠ ${f.instead})` : f.value]),
          ),
        ),
      ]}
    />
  );
}

function Conntrack({ detail }: { readonly detail: PacketDetail }) {
  const t = useText(inspectorText);
  const { judgement, verdictReason, row } = detail;
  if (row.verdict === '' && !judgement) return null;
  return (
    <section>
      <h3 className={styles.section}>{t('conntrack')}</h3>
      <p className={styles.verdict} data-verdict={row.verdict}>
        <strong>{row.verdict}</strong>
        {verdictReason !== '' && !judgement?.log && <span>{verdictReason}</span>}
        {judgement && (
          <span className={styles.quiet}>{judgement.state === 'NONE' ? t('noState') : t('profile', { state: judgement.state })}</span>
        )}
      </p>
      {judgement && <WindowStrip judgement={judgement} isLeak={detail.leak !== null} />}
    </section>
  );
}

const SHOWN = 6;

function Consequences({ detail }: { readonly detail: PacketDetail }) {
  const t = useText(inspectorText);
  const shared = useText(sharedText);
  const [all, setAll] = useState(false);
  const { consequences } = detail;
  if (consequences.length === 0) return null;
  return (
    <section>
      <h3 className={styles.section}>{t('caused')}</h3>
      <ul className={styles.consequences}>
        {consequences.slice(0, all ? undefined : SHOWN).map((c) => (
          <li key={`${c.packet.tap} ${c.packet.row}`} className={styles.consequence}>
            <PacketLink packet={c.packet} label={c.label} />
            <span>
              {t(c.relation)}
              <span className={styles.quiet}>
                {' '}
                {c.time >= detail.row.time ? '+' : '−'}
                {formatDuration(Math.abs(c.time - detail.row.time))}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {consequences.length > SHOWN && (
        <Button look="plain" onClick={() => setAll(!all)}>
          {all ? shared('less') : shared('more', { n: consequences.length - SHOWN })}
        </Button>
      )}
    </section>
  );
}
