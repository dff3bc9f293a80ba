// Says what of an incident could not be opened: all of it, or packets that its file should hold.
import { useEffect } from 'react';
import { assertNever } from '../../base/result.ts';
import type { IncidentProblem } from '../../document/file/readIncidentFile.ts';
import { useIncident } from '../../store/incident.ts';
import { useMessages } from '../../store/messages.ts';
import { useText } from '../shared/i18n.ts';
import { text } from './text.ts';

export function useIncidentTrouble(): void {
  const t = useText(text);
  const problems = useIncident((s) => s.problems);
  const refused = useIncident((s) => s.refused);
  useEffect(() => {
    if (problems.length === 0) return;
    const says = (problem: IncidentProblem): string => {
      switch (problem.kind) {
        case 'cutFile':
          return t('problemCut');
        case 'packetsMissing':
          return t('problemMissing', { have: problem.have, need: problem.need });
        case 'packetUnreadable':
          return t('problemUnreadable');
        default:
          return assertNever(problem);
      }
    };
    const sentences = [...new Set(problems.map(says))];
    useMessages.getState().say([t('damaged'), ...sentences].join(' '), { tone: 'bad', lasting: true });
  }, [problems, t]);
  useEffect(() => {
    if (refused) useMessages.getState().say(`${refused.file}: ${t('cantOpen', { why: refused.why })}`, { tone: 'bad', lasting: true });
  }, [refused, t]);
}
