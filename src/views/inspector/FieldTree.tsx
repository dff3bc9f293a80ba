// The fields of a packet as a tree: arrow keys walk it, the field under the pointer marks its octets.
import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { useText } from '../shared/i18n.ts';
import styles from './FieldTree.module.css';
import type { FieldRow } from './fieldRows.ts';
import { inspectorText } from './text.ts';

export function FieldTree(props: {
  readonly rows: readonly FieldRow[];
  readonly selected: string | null;
  readonly hovered: string | null;
  readonly onSelect: (path: string) => void;
  readonly onHover: (path: string | null) => void;
  readonly onOpen: (path: string, open: boolean) => void;
}) {
  const { rows, selected, onSelect, onOpen } = props;
  const t = useText(inspectorText);
  const id = useId();
  const tree = useRef<HTMLUListElement>(null);
  const at = rows.findIndex((r) => r.path === selected);

  useEffect(() => {
    if (selected !== null) tree.current?.querySelector(`[data-path="${selected}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  const onKeyDown = (e: React.KeyboardEvent): void => {
    const row = rows[Math.max(0, at)];
    const move: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const to = move[e.key];
    if (to !== undefined) {
      const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
      if (next) onSelect(next.path);
    } else if (e.key === 'ArrowRight' && row) {
      if (row.hasParts && !row.isOpen) onOpen(row.path, true);
      else if (rows[at + 1]?.path.startsWith(`${row.path}.`)) onSelect(rows[at + 1]?.path ?? row.path);
    } else if (e.key === 'ArrowLeft' && row) {
      if (row.isOpen && row.hasParts) onOpen(row.path, false);
      else if (row.path.includes('.')) onSelect(row.path.slice(0, row.path.lastIndexOf('.')));
    } else if ((e.key === 'Enter' || e.key === ' ') && row?.hasParts) onOpen(row.path, !row.isOpen);
    else return;
    e.preventDefault();
  };

  return (
    <ul
      ref={tree}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: there is no native tree.
      role="tree"
      aria-label={t('fields')}
      tabIndex={0}
      className={styles.tree}
      aria-activedescendant={at >= 0 ? `${id}-${selected}` : undefined}
      onKeyDown={onKeyDown}
      onPointerLeave={() => props.onHover(null)}
    >
      {rows.map((row) => (
        <Item key={row.path} id={`${id}-${row.path}`} row={row} {...props} />
      ))}
    </ul>
  );
}

function Item({
  id,
  row,
  selected,
  hovered,
  onSelect,
  onHover,
  onOpen,
}: {
  readonly id: string;
  readonly row: FieldRow;
  readonly selected: string | null;
  readonly hovered: string | null;
  readonly onSelect: (path: string) => void;
  readonly onHover: (path: string | null) => void;
  readonly onOpen: (path: string, open: boolean) => void;
}) {
  const t = useText(inspectorText);
  const { field } = row;
  const shown = field.text === '' ? field.value : field.text;
  const short = shown.length > 120 ? `${shown.slice(0, 118)}…` : shown;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys.
    <li
      id={id}
      role="treeitem"
      tabIndex={-1}
      data-path={row.path}
      className={styles.item}
      style={{ paddingLeft: 4 + (row.level - 1) * 14 }}
      aria-level={row.level}
      aria-setsize={row.of}
      aria-posinset={row.position}
      aria-selected={row.path === selected}
      aria-expanded={row.hasParts ? row.isOpen : undefined}
      data-hovered={row.path === hovered}
      data-layer={row.level === 1}
      title={field.name}
      onClick={() => {
        onSelect(row.path);
        if (row.hasParts && row.path === selected) onOpen(row.path, !row.isOpen);
      }}
      onPointerEnter={() => onHover(row.path)}
    >
      <span
        className={styles.twist}
        data-open={row.isOpen}
        aria-hidden
        onPointerDown={(e) => {
          e.stopPropagation();
          if (row.hasParts) onOpen(row.path, !row.isOpen);
        }}
      >
        {row.hasParts && <ChevronRight size={12} />}
      </span>
      <span className={styles.label}>{field.label}</span>
      {short !== '' && <span className={styles.value}>{short}</span>}
      {field.judgement && field.judgement !== 'good' && (
        <span className={styles.judgement} data-judgement={field.judgement}>
          {t(field.judgement)}
        </span>
      )}
    </li>
  );
}
