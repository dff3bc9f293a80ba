// The button that chooses a list's columns.
import { Columns3 } from 'lucide-react';
import { Button } from './Button.tsx';
import { Menu } from './Menu.tsx';

export function ColumnMenu<C extends string>(props: {
  readonly name: string;
  readonly columns: readonly C[];
  readonly hidden: readonly C[];
  readonly label: (column: C) => string;
  readonly onToggle: (column: C) => void;
}) {
  const { name, columns, hidden, label, onToggle } = props;
  const shown = columns.filter((c) => !hidden.includes(c));
  return (
    <Menu
      trigger={
        <Button look="icon" aria-label={name} title={name}>
          <Columns3 size={16} aria-hidden />
        </Button>
      }
      items={columns.map((id) => ({
        kind: 'check' as const,
        id,
        label: label(id),
        checked: shown.includes(id),
        // A list without a column can't be read, nor asked for one back by who does not find the button.
        disabled: shown.length === 1 && shown[0] === id,
        onChange: () => onToggle(id),
      }))}
    />
  );
}
