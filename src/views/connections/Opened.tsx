// What each end offered in its SYN; where something on the way changed it, both values with where each was seen.
import type { Handshake, HandshakeOption, OptionSeen } from '../../engine/model/connectionList.ts';
import type { Translate } from '../shared/i18n.ts';
import styles from './Opened.module.css';
import cards from './PathHeaderCard.module.css';
import type { connectionsText } from './text.ts';

type T = Translate<keyof typeof connectionsText.en>;
type Option = HandshakeOption['option'];

interface Words {
  readonly t: T;
  readonly tapName: (tap: number) => string;
}

export function Opened({ handshake: { captured, options }, t, tapName }: Words & { readonly handshake: Handshake }) {
  return (
    <section>
      <h2 className={cards.title}>{t('opened')}</h2>
      {captured !== 'whole' && <p className={styles.missing}>{t(captured === 'none' ? 'notOpened' : 'partlyOpened')}</p>}
      {options.length > 0 && (
        <table className={styles.options}>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">{t('option')}</span>
              </th>
              <th scope="col">{t('byClientSyn')}</th>
              <th scope="col">{t('byServerSyn')}</th>
            </tr>
          </thead>
          <tbody>
            {options.map(({ option, ends }) => (
              <tr key={option}>
                <th scope="row">{t(NAMES[option])}</th>
                <Offered option={option} seen={ends[0]} t={t} tapName={tapName} />
                <Offered option={option} seen={ends[1]} t={t} tapName={tapName} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const NAMES = { mss: 'mss', windowScale: 'windowScale', sack: 'sack', timestamps: 'timestampOption' } as const;

function Offered({ option, seen, t, tapName }: Words & { readonly option: Option; readonly seen: readonly OptionSeen[] }) {
  const [first] = seen;
  if (first === undefined) return <td title={t('notSeenHelp')}>{t('notSeen')}</td>;
  if (seen.length === 1) return <td>{valueText(t, option, first.value)}</td>;
  return (
    <td
      className={styles.changed}
      title={seen.map(({ value, taps }) => `${valueText(t, option, value)}: ${taps.map(tapName).join(', ')}`).join('\n')}
    >
      <b>{seen.map(({ value }) => valueText(t, option, value)).join(' → ')}</b>
      <span className={styles.from}>
        {seen
          .slice(1)
          .map(({ taps: [tap] }) => (tap === undefined ? '' : t('changedFrom', { tap: tapName(tap) })))
          .join(', ')}
      </span>
    </td>
  );
}

function valueText(t: T, option: Option, value: number | null): string {
  if (value === null) return t('notOffered');
  if (option === 'mss') return String(value);
  return option === 'windowScale' ? `${value} (×${2 ** Math.min(14, value)})` : t('offered');
}
