// Files can be dropped anywhere, at any time; while they hover, the whole page says so.
import { FileDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isOpen, useSession } from '../../store/session.ts';
import { useText } from '../shared/i18n.ts';
import { collectDrop } from './collect.ts';
import styles from './DropOverlay.module.css';
import { dropText } from './text.ts';
import { useOpenFiles } from './useOpenFiles.ts';

export function DropOverlay() {
  const t = useText(dropText);
  const openFiles = useOpenFiles();
  const open = useSession(isOpen);
  const readOnly = useSession((s) => s.readOnly);
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (readOnly) return;
    let depth = 0;
    const hasFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes('Files') ?? false;
    const enter = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      depth++;
      setOver(true);
    };
    const leave = (e: DragEvent): void => {
      if (hasFiles(e) && --depth <= 0) setOver(false);
    };
    const allow = (e: DragEvent): void => {
      if (!hasFiles(e) || !e.dataTransfer) return;
      e.preventDefault();
      e.dataTransfer.dropEffect = 'copy';
    };
    const drop = (e: DragEvent): void => {
      depth = 0;
      setOver(false);
      if (!hasFiles(e) || !e.dataTransfer) return;
      e.preventDefault();
      void openFiles(collectDrop(e.dataTransfer));
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', allow);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', allow);
      removeEventListener('drop', drop);
    };
  }, [openFiles, readOnly]);

  if (!over) return null;
  return (
    <div className={styles.overlay}>
      <div className={styles.frame}>
        <FileDown size={28} aria-hidden />
        <p>{open ? t('dropToAdd') : t('dropToOpen')}</p>
      </div>
    </div>
  );
}
