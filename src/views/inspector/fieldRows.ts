// The field tree as visible rows, and which field an octet belongs to. Pure.
import type { Field } from '../../engine/model/dissection.ts';

export interface FieldRow {
  /** Position in the tree: `2.0.5`. */
  readonly path: string;
  readonly field: Field;
  /** From 1. */
  readonly level: number;
  readonly isOpen: boolean;
  readonly hasParts: boolean;
  readonly of: number;
  readonly position: number;
}

/** Layers are open at first, and whatever holds something wrong. */
export function openAtFirst(layers: readonly Field[]): ReadonlySet<string> {
  const open = new Set<string>();
  const walk = (fields: readonly Field[], prefix: string): boolean => {
    let bad = false;
    fields.forEach((f, i) => {
      const path = prefix === '' ? String(i) : `${prefix}.${i}`;
      const inside = walk(f.children, path);
      if (inside || prefix === '') open.add(path);
      if (inside || f.judgement === 'bad') bad = true;
    });
    return bad;
  };
  walk(layers, '');
  return open;
}

export function visibleRows(layers: readonly Field[], open: ReadonlySet<string>): readonly FieldRow[] {
  const rows: FieldRow[] = [];
  const walk = (fields: readonly Field[], prefix: string, level: number): void => {
    fields.forEach((field, i) => {
      const path = prefix === '' ? String(i) : `${prefix}.${i}`;
      const isOpen = open.has(path);
      rows.push({ path, field, level, isOpen, hasParts: field.children.length > 0, of: fields.length, position: i + 1 });
      if (isOpen) walk(field.children, path, level + 1);
    });
  };
  walk(layers, '', 1);
  return rows;
}

/** Path of the smallest field that covers an octet; bit fields of one octet stand for the whole they are part of. */
export function fieldAt(layers: readonly Field[], octet: number): string | null {
  let found: string | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  const walk = (fields: readonly Field[], prefix: string): void => {
    fields.forEach((f, i) => {
      const path = prefix === '' ? String(i) : `${prefix}.${i}`;
      const covers = f.length > 0 && octet >= f.offset && octet < f.offset + f.length;
      if (covers && f.length < smallest) {
        smallest = f.length;
        found = path;
      }
      walk(f.children, path);
    });
  };
  walk(layers, '');
  return found;
}

export function fieldOf(layers: readonly Field[], path: string | null): Field | null {
  if (path === null) return null;
  let fields = layers;
  let field: Field | null = null;
  for (const step of path.split('.')) {
    field = fields[Number(step)] ?? null;
    if (!field) return null;
    fields = field.children;
  }
  return field;
}

/** Paths of the headings above a field. */
export const above = (path: string): readonly string[] =>
  path
    .split('.')
    .map((_, i, steps) => steps.slice(0, i).join('.'))
    .filter((p) => p !== '');
