// A modal dialog: the browser's own, so focus, Escape and the backdrop behave as everywhere.
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './Button.tsx';
import styles from './Dialog.module.css';

export function Dialog(props: {
  readonly title: string;
  readonly closeLabel: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the end. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (props.open && !dialog.open) dialog.showModal();
    if (!props.open && dialog.open) dialog.close();
  }, [props.open]);
  return (
    <dialog ref={ref} className={`${styles.dialog} ${props.wide ? styles.wide : ''}`} aria-labelledby={titleId} onClose={props.onClose}>
      {props.open && (
        <>
          <header className={styles.header}>
            <h2 id={titleId} className={styles.title}>
              {props.title}
            </h2>
            <Button look="icon" aria-label={props.closeLabel} onClick={props.onClose}>
              <X size={16} aria-hidden />
            </Button>
          </header>
          <div className={styles.body}>{props.children}</div>
          {props.footer && <footer className={styles.footer}>{props.footer}</footer>}
        </>
      )}
    </dialog>
  );
}
