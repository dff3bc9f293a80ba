// A button that copies a text, and shows that it did.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { useCopy } from './useCopy.ts';

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const copy = useCopy();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button look="icon" aria-label={label} title={label} onClick={() => void copy(text).then(setCopied)}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </Button>
  );
}
