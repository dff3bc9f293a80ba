// The corner where short messages show: one live region for the whole page.
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { type Message, useMessages } from '../../store/messages.ts';
import { Button } from './Button.tsx';
import { useText } from './i18n.ts';
import styles from './Messages.module.css';
import { sharedText } from './text.ts';

const SHOWN_MILLISECONDS = 6000;

export function Messages() {
  const messages = useMessages((s) => s.messages);
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {messages.map((m) => (
        <Toast key={m.id} message={m} />
      ))}
    </div>
  );
}

function Toast({ message }: { readonly message: Message }) {
  const close = useMessages((s) => s.close);
  const t = useText(sharedText);
  useEffect(() => {
    if (message.lasting) return;
    const timer = setTimeout(() => close(message.id), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [message, close]);
  return (
    <div className={styles.toast} data-tone={message.tone}>
      <span className={styles.text}>{message.text}</span>
      <Button look="icon" aria-label={t('close')} onClick={() => close(message.id)}>
        <X size={14} aria-hidden />
      </Button>
    </div>
  );
}
