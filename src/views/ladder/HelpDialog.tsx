import type { LadderWords } from '../../figure/words.ts';
import { Dialog } from '../shared/Dialog.tsx';
import { GuideLink } from '../shared/GuideLink.tsx';
import { useText } from '../shared/i18n.ts';
import { sharedText } from '../shared/text.ts';
import styles from './Ladder.module.css';
import { ALL_STATES, StateLegend } from './StateLegend.tsx';
import { ladderText } from './text.ts';

const KEYS = [
  [['n', 'p'], 'keyFinding'],
  [['j', 'k'], 'keyPacket'],
  [['Shift ↓', 'Shift ↑'], 'keyReach'],
  [['+', '−'], 'keyZoom'],
  [['f', 'F'], 'keyFit'],
  [['t'], 'keyScale'],
  [['Enter'], 'keyEnter'],
  [['/'], 'keySearch'],
  [['↑', '↓', 'Page ↑', 'Page ↓'], 'keyMove'],
  [['Esc'], 'keyEscape'],
  [['Ctrl Z', 'Ctrl Shift Z'], 'keyUndo'],
  [['?'], 'keyHelp'],
] as const;
const POINTER = ['mouseWheel', 'mouseDrag', 'mouseClick', 'mouseLane'] as const;

/** What keys and pointer do, and what the band along the node's lane is drawn with. */
export function HelpDialog(props: { readonly open: boolean; readonly onClose: () => void; readonly words: LadderWords }) {
  const { open, onClose, words } = props;
  const t = useText(ladderText);
  const shared = useText(sharedText);
  return (
    <Dialog title={t('helpTitle')} closeLabel={shared('close')} open={open} onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, says]) => (
          <div key={says}>
            <dt>
              {keys.map((k) => (
                <kbd key={k} className={styles.key}>
                  {k}
                </kbd>
              ))}
            </dt>
            <dd>{t(says)}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.helpPart}>{t('mouseTitle')}</h3>
      <ul className={styles.pointerList}>
        {POINTER.map((says) => (
          <li key={says}>{t(says)}</li>
        ))}
      </ul>
      <h3 className={styles.helpPart}>{t('statesTitle')}</h3>
      <StateLegend states={ALL_STATES} words={words} />
      <GuideLink />
    </Dialog>
  );
}
