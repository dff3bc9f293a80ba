// Fields above, octets below, each marking the other.
import { Filter } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { DissectionStop, Field } from '../../engine/model/dissection.ts';
import type { PacketDetail } from '../../engine/model/packetDetail.ts';
import { usePacketList } from '../../store/packetList.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { CopyButton } from '../shared/CopyButton.tsx';
import { type Translate, useText } from '../shared/i18n.ts';
import styles from './BytesTab.module.css';
import { FieldTree } from './FieldTree.tsx';
import { above, fieldAt, fieldOf, openAtFirst, visibleRows } from './fieldRows.ts';
import { HexView, type Range } from './HexView.tsx';
import { type InspectorText, inspectorText } from './text.ts';

const NO_FIELDS: readonly Field[] = [];

export function BytesTab({ detail }: { readonly detail: PacketDetail }) {
  const t = useText(inspectorText);
  const layers = detail.dissection?.layers ?? NO_FIELDS;
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openAtFirst(layers));
  const [selected, setSelected] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another packet starts afresh; the field by name would be nicer than none, but may not exist.
  useEffect(() => {
    setOpen(openAtFirst(layers));
    setSelected(null);
    setHovered(null);
  }, [detail.packet.tap, detail.packet.row, layers]);
  const rows = useMemo(() => visibleRows(layers, open), [layers, open]);
  const range = (path: string | null): Range | null => {
    const field = fieldOf(layers, path);
    return field && field.length > 0 ? { from: field.offset, to: field.offset + field.length } : null;
  };
  const toggle = (path: string, isOpen: boolean): void =>
    setOpen((s) => {
      const next = new Set(s);
      if (isOpen) next.add(path);
      else next.delete(path);
      return next;
    });
  const selectOctet = (octet: number): void => {
    const path = fieldAt(layers, octet);
    if (path === null) return;
    setOpen((s) => new Set([...s, ...above(path)]));
    setSelected(path);
  };
  const chosen = fieldOf(layers, selected);
  if (detail.unreadable !== null) return <p className={styles.message}>{t('unreadable')}</p>;
  const stop = detail.dissection?.stop ?? null;
  return (
    <div className={styles.bytes}>
      <div className={styles.tree}>
        <FieldTree rows={rows} selected={selected} hovered={hovered} onSelect={setSelected} onHover={setHovered} onOpen={toggle} />
        {stop && <p className={styles.stop}>{stopText(t, stop)}</p>}
      </div>
      <FieldLine field={chosen} />
      <div className={styles.hex}>
        <HexView
          bytes={detail.bytes}
          selected={range(selected)}
          hovered={range(hovered)}
          onHover={(octet) => setHovered(octet === null ? null : fieldAt(layers, octet))}
          onSelect={selectOctet}
        />
        {detail.originalLength > detail.bytes.length && (
          <p className={styles.stop}>{t('cutBySnap', { from: detail.bytes.length, to: detail.originalLength })}</p>
        )}
      </div>
    </div>
  );
}

function stopText(t: Translate<InspectorText>, stop: DissectionStop): string {
  const kinds = { cut: 'stopCut', malformed: 'stopMalformed', tooDeep: 'stopTooDeep', unsupported: 'stopUnsupported' } as const;
  return t(kinds[stop.kind], { layer: stop.layer });
}

/** The chosen field: its name, what a filter by it would be. */
function FieldLine({ field }: { readonly field: Field | null }) {
  const t = useText(inspectorText);
  const setFilter = usePacketList((s) => s.setFilter);
  const set = useSettings((s) => s.set);
  if (!field || field.name === '') return <p className={styles.line}>&nbsp;</p>;
  const expression =
    field.value === '' ? field.name : `${field.name} == ${/^[\w.:/-]+$/.test(field.value) ? field.value : JSON.stringify(field.value)}`;
  return (
    <div className={styles.line} role="status">
      <code className={styles.name}>{expression.length > 80 ? `${expression.slice(0, 78)}…` : expression}</code>
      {field.length > 0 && <span className={styles.place}>{t('offset', { from: field.offset, to: field.offset + field.length - 1 })}</span>}
      <Button
        look="icon"
        aria-label={t('filterField')}
        title={t('filterField')}
        onClick={() => {
          setFilter(expression);
          set({ drawer: 'packets' });
        }}
      >
        <Filter size={14} aria-hidden />
      </Button>
      <CopyButton text={expression} label={t('copy')} />
    </div>
  );
}
