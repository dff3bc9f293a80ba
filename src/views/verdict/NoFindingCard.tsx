// The answers that are no finding: nothing wrong, harmless, not enough evidence, no TCP at all. Each says what it rests on.
import { assertNever } from '../../base/result.ts';
import type { Verdict } from '../../worker/api.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { Card } from './Card.tsx';
import styles from './FindingCard.module.css';
import own from './NoFindingCard.module.css';
import { RichText } from './RichText.tsx';
import { verdictText } from './text.ts';

type T = Translate<keyof typeof verdictText.en>;

export function NoFindingCard({ verdict }: { readonly verdict: Verdict }) {
  const t = useText(verdictText);
  const { lookedAt } = verdict;
  const values = { ...lookedAt };
  return (
    <Card title={t('verdict')} tone={verdict.outcome === 'nothing' || verdict.outcome === 'harmless' ? 'good' : 'plain'}>
      <h1 className={styles.title}>{titleOf(verdict, t)}</h1>
      <p>{verdict.outcome === 'noTcp' ? noTcpText(verdict, t) : <RichText text={verdict.says} />}</p>
      {verdict.outcome !== 'noTcp' && verdict.outcome !== 'nothing' && <p className={own.lookedAt}>{t('lookedAt', values)}</p>}
    </Card>
  );
}

/** What is there instead; nothing at all is said as such. */
function noTcpText({ lookedAt }: Verdict, t: T): string {
  if (lookedAt.packets === 0) return t('noPackets');
  const kinds = (['udp', 'icmp', 'other'] as const).filter((kind) => lookedAt[kind] > 0);
  return t('noTcp', { packets: lookedAt.packets, kinds: kinds.map((kind) => t(kind, { n: lookedAt[kind] })).join(t('comma')) });
}

function titleOf(verdict: Verdict, t: T): string {
  switch (verdict.outcome) {
    case 'nothing':
      return t('nothingTitle');
    case 'harmless':
      return t('harmlessTitle');
    case 'undecided':
      return t('undecidedTitle');
    case 'noTcp':
      return t(verdict.lookedAt.packets === 0 ? 'noPacketsTitle' : 'noTcpTitle');
    case 'incident':
      return verdict.findings[0]?.title ?? '';
    default:
      return assertNever(verdict.outcome);
  }
}
