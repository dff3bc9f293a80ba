// The first thing one sees: what this is, where to drop, and that nothing leaves.
import { FileDown, FolderOpen, Settings2, ShieldCheck } from 'lucide-react';
import { type ChangeEvent, useEffect, useRef } from 'react';
import { useSession } from '../../store/session.ts';
import { atRest } from '../shared/atRest.ts';
import { Button } from '../shared/Button.tsx';
import { GuideLink } from '../shared/GuideLink.tsx';
import { useText } from '../shared/i18n.ts';
import { LeftAsideList } from '../shared/LeftAsideList.tsx';
import { AwaitedCaptures, RecentIncidents } from '../shared/RecentIncidents.tsx';
import { collectPicked } from './collect.ts';
import { LanguageAndTheme } from './LanguageAndTheme.tsx';
import styles from './StartPage.module.css';
import { prepareSample } from './sample.ts';
import { dropText } from './text.ts';
import { useOpenFiles } from './useOpenFiles.ts';
import { useOpenSample } from './useSampleLink.ts';

export function StartPage() {
  const t = useText(dropText);
  const openFiles = useOpenFiles();
  const openSample = useOpenSample();
  const leftAside = useSession((s) => s.leftAside.length);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => atRest(prepareSample), []);
  const picked = (event: ChangeEvent<HTMLInputElement>): void => {
    if (event.target.files) void openFiles(collectPicked(event.target.files));
    event.target.value = '';
  };
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <span className={styles.brand}>Hopscope</span>
        <LanguageAndTheme
          trigger={
            <Button look="icon" aria-label={t('settings')}>
              <Settings2 size={16} aria-hidden />
            </Button>
          }
        />
      </header>
      <main className={styles.main}>
        <h1 className={styles.sentence}>{t('sentence')}</h1>
        <AwaitedCaptures />
        <section className={styles.target} aria-label={t('dropTarget')}>
          <FileDown size={30} strokeWidth={1.5} className={styles.icon} aria-hidden />
          <p className={styles.drop}>{t('dropHere')}</p>
          <p className={styles.hint}>{t('dropHint')}</p>
          <div className={styles.buttons}>
            <Button look="primary" onClick={() => files.current?.click()}>
              {t('chooseFiles')}
            </Button>
            <Button onClick={() => folder.current?.click()}>
              <FolderOpen size={15} aria-hidden />
              {t('chooseFolder')}
            </Button>
          </div>
          <input ref={files} type="file" multiple hidden aria-label={t('chooseFiles')} onChange={picked} />
          <input ref={folder} type="file" multiple hidden aria-label={t('chooseFolder')} onChange={picked} {...{ webkitdirectory: '' }} />
        </section>
        {leftAside > 0 && <LeftAsideList />}
        <div className={styles.sample}>
          <Button onPointerEnter={prepareSample} onFocus={prepareSample} onClick={() => void openSample()}>
            {t('openSample')}
          </Button>
          <span className={styles.hint}>{t('sampleHint')}</span>
        </div>
        <RecentIncidents />
        <dl className={styles.accepted}>
          <div>
            <dt>{t('capturesTitle')}</dt>
            <dd>{t('capturesText')}</dd>
          </div>
          <div>
            <dt>{t('contextTitle')}</dt>
            <dd>{t('contextText')}</dd>
          </div>
        </dl>
        <GuideLink />
        <p className={styles.private}>
          <ShieldCheck size={16} aria-hidden />
          {t('nothingLeaves')}
        </p>
      </main>
    </div>
  );
}
