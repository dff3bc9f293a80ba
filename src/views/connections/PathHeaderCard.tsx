// One connection end to end: its legs in order with the NAT between them, why all of it is one connection, what strayed, how it began and ended.
import type { PathHeader } from '../../engine/model/connectionList.ts';
import type { PathId } from '../../engine/model/units.ts';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useQuery } from '../shared/engine.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { Opened } from './Opened.tsx';
import styles from './PathHeaderCard.module.css';
import { showPackets } from './showPackets.ts';
import { connectionsText } from './text.ts';

type T = Translate<keyof typeof connectionsText.en>;

export function PathHeaderCard({ path }: { readonly path: PathId | null }) {
  const t = useText(connectionsText);
  const language = useSettings((s) => s.language);
  const header = useQuery('pathHeader', path, language).value;
  const names = useSession((s) => s.summary?.taps);
  const main = useSession((s) => s.summary?.mainPath ?? null);
  const onScreen = useSelection((s) => s.path) ?? main;
  if (!header) return null;
  const tapName = (tap: number): string => names?.[tap]?.name ?? String(tap);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <aside className={styles.card} aria-label={t('header')} tabIndex={0}>
      <section>
        <h2 className={styles.title}>{t('legs')}</h2>
        <ol className={styles.legs}>
          {header.legs.map((leg) => (
            <li key={`${leg.tap} ${leg.client} ${leg.server}`} className={styles.leg} data-nat={leg.beyondNat}>
              {leg.beyondNat && <span className={styles.joint}>{t('natHere')}</span>}
              <span className={styles.tap}>{tapName(leg.tap)}</span>
              <span className={styles.tuple}>
                {leg.client} ↔ {leg.server}
              </span>
              <span className={styles.packets}>{t('legPackets', { n: leg.packets })}</span>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h2 className={styles.title}>
          {t('reasons')}
          <span className={styles.score}>{t('score', { percent: Math.floor(header.score * 1000) / 10 })}</span>
        </h2>
        <ul className={styles.reasons}>
          {header.reasons.map((r) => (
            <li key={r.kind}>{reasonText(t, r.kind, r.count)}</li>
          ))}
        </ul>
        {header.path !== onScreen && (
          <Button className={styles.show} onClick={() => useSelection.getState().selectPath(header.path)}>
            {t('show')}
          </Button>
        )}
        <Button className={styles.show} onClick={() => showPackets([header.path])}>
          {t('itsPackets')}
        </Button>
      </section>
      <Strays header={header} t={t} tapName={tapName} />
      <section>
        <h2 className={styles.title}>{t('ended')}</h2>
        <p className={styles.ended}>{header.ended}</p>
      </section>
      {header.relay && (
        <section>
          <h2 className={styles.title}>{t('relayed')}</h2>
          <p className={styles.says}>{header.relay.says}</p>
          <ShowRelay path={header.relay.path} t={t} />
        </section>
      )}
      <Opened handshake={header.handshake} t={t} tapName={tapName} />
    </aside>
  );
}

function ShowRelay({ path, t }: { readonly path: PathId; readonly t: T }) {
  return (
    <Button className={styles.relay} onClick={() => useSelection.getState().selectPath(path)}>
      {t('showRelay')}
    </Button>
  );
}

function Strays({ header, t, tapName }: { readonly header: PathHeader; readonly t: T; readonly tapName: (tap: number) => string }) {
  if (header.strays.length === 0) return null;
  const kinds: Readonly<Record<string, string>> = {
    leak: t('leakStray'),
    answer: t('answerStray'),
    'port-changed': t('portChangedStray'),
    rebalanced: t('rebalancedStray'),
  };
  return (
    <section>
      <h2 className={styles.title}>{t('strays')}</h2>
      <ul className={styles.legs}>
        {header.strays.map((s) => (
          <li key={`${s.tap} ${s.source} ${s.destination} ${s.kind}`} className={styles.leg} data-kind={s.kind}>
            <span className={styles.tap}>{tapName(s.tap)}</span>
            <span className={styles.tuple}>
              {s.source} → {s.destination}
            </span>
            <span className={styles.packets}>
              {t('legPackets', { n: s.packets })} · {kinds[s.kind]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function reasonText(t: T, kind: PathHeader['reasons'][number]['kind'], n: number): string {
  switch (kind) {
    case 'isn-pair':
      return t('isnPair');
    case 'isn':
      return t('isn');
    case 'sequence-ranges':
      return t('ranges', { n });
    case 'timestamps':
      return t('timestamps', { n });
    case 'payload':
      return t('payload', { n });
    case 'ip-id':
      return t('ipId', { n });
    case 'same-tuple':
      return t('sameTuple');
    case 'single-tap':
      return t('singleTap');
  }
}
