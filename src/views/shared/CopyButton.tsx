// Copies a text; where the browser forbids it, says so, as the text is on screen to be copied by hand.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMessages } from '../../store/messages.ts';
import { Button } from './Button.tsx';
import { useText } from './i18n.ts';
import { sharedText } from './text.ts';

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const t = useText(sharedText);
  const say = useMessages((s) => s.say);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    const written = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error('no clipboard'));
    written.then(
      () => {
        setCopied(true);
        say(t('copied'), { tone: 'good' });
      },
      () => say(t('copyFailed'), { tone: 'bad' }),
    );
  };
  return (
    <Button look="icon" aria-label={label} title={label} onClick={copy}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </Button>
  );
}
