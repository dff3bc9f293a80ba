// Everything that was found, over all connections, grouped by kind. Choosing one shows it above and in the diagram.
import { AlertTriangle, CircleAlert, Info } from 'lucide-react';
import { useSelection } from '../../store/selection.ts';
import type { VerdictFinding } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { Card } from './Card.tsx';
import styles from './FindingsCard.module.css';
import { verdictText } from './text.ts';

const ICONS = { critical: CircleAlert, warning: AlertTriangle, info: Info } as const;
const SHOWN = 40;

export function FindingsCard({ findings, shown }: { readonly findings: readonly VerdictFinding[]; readonly shown: number | null }) {
  const t = useText(verdictText);
  const selectFinding = useSelection((s) => s.selectFinding);
  const selectPath = useSelection((s) => s.selectPath);
  const selectPacket = useSelection((s) => s.selectPacket);
  const only = findings[0];
  if (findings.length === 0 || (findings.length === 1 && shown === 0 && only?.paths.length === 1)) return null;
  const choose = (finding: VerdictFinding): void => {
    if (finding.path !== null) selectPath(finding.path);
    selectFinding(finding.index);
    const first = finding.evidence[0]?.packets[0];
    if (first) selectPacket(first.packet);
  };
  return (
    <Card title={t('findings')}>
      <ul className={styles.list}>
        {findings.slice(0, SHOWN).map((finding) => {
          const Icon = ICONS[finding.severity];
          return (
            <li key={finding.index}>
              <button type="button" className={styles.item} aria-pressed={shown === finding.index} onClick={() => choose(finding)}>
                <Icon size={15} className={styles.icon} data-severity={finding.severity} aria-label={t(finding.severity)} />
                <span className={styles.title}>{finding.title}</span>
                {finding.paths.length > 1 && <span className={styles.count}>{t('findingsOf', { n: finding.paths.length })}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
