// Above a shared incident: what it is called, what it says of itself, and what was taken out before it was shared.
import { Play } from 'lucide-react';
import { useAnnotations } from '../../store/annotations.ts';
import { useIncident } from '../../store/incident.ts';
import { useSession } from '../../store/session.ts';
import { useStory } from '../../store/story.ts';
import { Button } from '../shared/Button.tsx';
import { formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { Markdown } from '../shared/Markdown.tsx';
import styles from './SharedBanner.module.css';
import { text } from './text.ts';

export function SharedBanner() {
  const t = useText(text);
  const readOnly = useSession((s) => s.readOnly);
  const span = useSession((s) => (s.summary ? s.summary.lastTime - s.summary.firstTime : null));
  const redaction = useIncident((s) => s.redaction);
  const hasContext = useIncident((s) => s.base.context.files.length > 0);
  const title = useAnnotations((s) => s.title);
  const summary = useAnnotations((s) => s.summary);
  const steps = useAnnotations((s) => s.story.length);
  if (!readOnly) return null;
  const removed = redaction
    ? [
        redaction.payload === 'dropped' && t('rPayload'),
        redaction.payload === 'first' && t('rPayloadFirst', { n: redaction.payloadOctets }),
        redaction.addresses === 'replaced' && t('rAddresses'),
        redaction.hardwareAddresses === 'replaced' && t('rHardware'),
        redaction.names === 'replaced' && t('rNames'),
        redaction.comments === 'dropped' && t('rComments'),
        redaction.context === 'facts' && hasContext && t('rContextWords'),
        redaction.context === 'dropped' && t('rContext'),
        redaction.notes === 'dropped' && t('rNotes'),
        redaction.times === 'shifted' && t('rTimes'),
      ].filter((word) => word !== false)
    : [];
  return (
    <section className={styles.banner} aria-label={t('sharedTitle')}>
      <div className={styles.words}>
        <h1 className={styles.title}>{title || t('sharedTitle')}</h1>
        {summary && <Markdown text={summary} />}
        <p className={styles.small}>
          {span !== null && `${t('span', { span: formatDuration(span) })} · `}
          {redaction && `${t('rPackets', redaction.packets)} · `}
          {t('removed')} {removed.length > 0 ? removed.join(', ') : t('rNothing')}
        </p>
      </div>
      {steps > 0 && (
        <Button look="primary" onClick={() => useStory.getState().tell(0)}>
          <Play size={14} aria-hidden />
          {t('playStory')}
        </Button>
      )}
    </section>
  );
}
