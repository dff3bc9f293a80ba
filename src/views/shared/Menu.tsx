// A menu on a button. Non-modal: the modal kind locks scrolling by a style element, which our CSP forbids.
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './Menu.module.css';

export type MenuItem =
  | {
      readonly kind: 'action';
      readonly id: string;
      readonly label: string;
      readonly hint?: string;
      readonly disabled?: boolean;
      readonly onSelect: () => void;
    }
  | {
      readonly kind: 'choice';
      readonly id: string;
      readonly label: string;
      readonly value: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly onChange: (value: string) => void;
      /** The menu closes on a choice. */
      readonly closes?: boolean;
    }
  | {
      readonly kind: 'check';
      readonly id: string;
      readonly label: string;
      readonly checked: boolean;
      readonly disabled?: boolean;
      readonly onChange: () => void;
    }
  | { readonly kind: 'heading'; readonly id: string; readonly label: string }
  | { readonly kind: 'line'; readonly id: string };

export function Menu({
  trigger,
  items,
  align = 'end',
  open,
  onOpen,
}: {
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  readonly align?: 'start' | 'end';
  /** With `onOpen`: somebody else may open it too. */
  readonly open?: boolean;
  readonly onOpen?: (open: boolean) => void;
}) {
  return (
    <DropdownMenu.Root modal={false} {...(open !== undefined && onOpen ? { open, onOpenChange: onOpen } : {})}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.content} align={align} sideOffset={4} collisionPadding={8} onCloseAutoFocus={keepTyping}>
          {items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** The trigger takes the focus back, unless the action has opened a field and the reader is in it. */
function keepTyping(e: Event): void {
  if (document.activeElement instanceof HTMLTextAreaElement || document.activeElement instanceof HTMLInputElement) e.preventDefault();
}

function Item({ item }: { readonly item: MenuItem }) {
  if (item.kind === 'line') return <DropdownMenu.Separator className={styles.line} />;
  if (item.kind === 'heading') return <DropdownMenu.Label className={styles.heading}>{item.label}</DropdownMenu.Label>;
  if (item.kind === 'check')
    return (
      <DropdownMenu.CheckboxItem
        className={styles.item}
        checked={item.checked}
        disabled={item.disabled ?? false}
        onCheckedChange={item.onChange}
        onSelect={(e) => e.preventDefault()}
      >
        <span className={styles.check}>
          <DropdownMenu.ItemIndicator>
            <Check size={14} aria-hidden />
          </DropdownMenu.ItemIndicator>
        </span>
        {item.label}
      </DropdownMenu.CheckboxItem>
    );
  if (item.kind === 'action')
    return (
      <DropdownMenu.Item className={styles.item} disabled={item.disabled ?? false} onSelect={item.onSelect}>
        <span className={styles.label}>{item.label}</span>
        {item.hint && <kbd className={styles.hint}>{item.hint}</kbd>}
      </DropdownMenu.Item>
    );
  return (
    <DropdownMenu.RadioGroup value={item.value} onValueChange={item.onChange}>
      <DropdownMenu.Label className={styles.heading}>{item.label}</DropdownMenu.Label>
      {item.options.map((o) => (
        <DropdownMenu.RadioItem key={o.value} value={o.value} className={styles.item} onSelect={(e) => !item.closes && e.preventDefault()}>
          <span className={styles.check}>
            <DropdownMenu.ItemIndicator>
              <Check size={14} aria-hidden />
            </DropdownMenu.ItemIndicator>
          </span>
          {o.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
