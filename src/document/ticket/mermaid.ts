// The decisive packets as a Mermaid sequence diagram.

export interface MermaidArrow {
  /** Lane ids. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** A RST ends in a cross, a leak is a thick solid line, everything else a plain one. */
  readonly kind: 'plain' | 'leak' | 'reset' | 'lost';
}
/** Something between arrows: a fold, a silence, a verdict. */
export interface MermaidNote {
  readonly over: readonly [string, string];
  readonly text: string;
}
export interface MermaidFigure {
  readonly title: string;
  readonly lanes: readonly { readonly id: string; readonly name: string }[];
  readonly rows: readonly (MermaidArrow | MermaidNote)[];
}

const ARROWS: Readonly<Record<MermaidArrow['kind'], string>> = { plain: '->>', leak: '->>', reset: '-x', lost: '--x' };

export function mermaidDiagram(figure: MermaidFigure): string {
  const ids = new Map(figure.lanes.map((lane, i) => [lane.id, `L${i}`]));
  const id = (lane: string): string => ids.get(lane) ?? 'L0';
  const lines = ['sequenceDiagram'];
  if (figure.title) lines.unshift('---', `title: ${JSON.stringify(plain(figure.title))}`, '---');
  for (const lane of figure.lanes) lines.push(`  participant ${id(lane.id)} as ${plain(lane.name)}`);
  for (const row of figure.rows) {
    if ('over' in row) lines.push(`  Note over ${[...new Set(row.over.map(id))].join(',')}: ${plain(row.text)}`);
    else lines.push(`  ${id(row.from)}${ARROWS[row.kind]}${id(row.to)}: ${row.kind === 'leak' ? '⚠ ' : ''}${plain(row.label)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Mermaid ends a statement at `;` and a line break, and takes `#…;` for an entity and `<` for HTML. */
const plain = (text: string): string =>
  text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll('#', '＃')
    .replaceAll(';', ',')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .trim() || '·';
