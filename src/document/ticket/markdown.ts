// The incident as text for a ticket. Words of captures are escaped: what they hold is never markup of the ticket.
import type { IncidentDocument, PacketPlace, WrittenFinding } from '../model.ts';

/** Words around the incident's own, in the language of the sharer. */
export interface TicketWords {
  readonly untitled: string;
  readonly whatHappened: string;
  readonly steps: string;
  readonly ruledOut: string;
  readonly remedies: string;
  readonly notes: string;
  readonly captures: string;
  readonly noFinding: string;
  /** By confidence. */
  readonly certain: string;
  readonly likely: string;
  readonly possible: string;
  /** `{n}` is the count. */
  readonly packets: string;
}

export const TICKET_WORDS: Readonly<Record<'en' | 'zh', TicketWords>> = {
  en: {
    untitled: 'Untitled incident',
    whatHappened: 'What happened',
    steps: 'Step by step',
    ruledOut: 'Ruled out',
    remedies: 'What would help',
    notes: 'Notes',
    captures: 'Captures',
    noFinding: 'Nothing was found to be wrong in these captures.',
    certain: 'certain',
    likely: 'likely',
    possible: 'possible',
    packets: '{n} packets',
  },
  zh: {
    untitled: '未命名事件',
    whatHappened: '发生了什么',
    steps: '逐步说明',
    ruledOut: '已排除',
    remedies: '可行的措施',
    notes: '笔记',
    captures: '抓包文件',
    noFinding: '在这些抓包中没有发现问题。',
    certain: '确定',
    likely: '很可能',
    possible: '可能',
    packets: '{n} 个数据包',
  },
};

export function ticketMarkdown(document: IncidentDocument, words: TicketWords): string {
  const lines = [`# ${inline(document.title || words.untitled)}`, ''];
  // The summary is the sharer's own Markdown.
  if (document.summary) lines.push(document.summary, '');
  const [main, ...others] = document.findings;
  if (main) lines.push(...findingLines(main, document, words));
  else lines.push(words.noFinding, '');
  for (const other of others) lines.push(`- **${inline(other.title)}** (${words[other.confidence]}): ${inline(other.summary)}`);
  if (others.length > 0) lines.push('');
  const notes = document.notes.filter((note) => note.text !== '');
  if (notes.length > 0)
    lines.push(`## ${words.notes}`, '', ...notes.map((note) => `- ${where(note.pin, document)}${note.text.replaceAll('\n', '\n  ')}`), '');
  lines.push(`## ${words.captures}`, '');
  for (const tap of document.taps)
    for (const c of tap.captures) {
      const capture = document.captures[c];
      if (capture)
        lines.push(
          `- ${inline(tap.name)}: \`${code(capture.name)}\`, ${words.packets.replace('{n}', capture.packets.toLocaleString('en-US'))}`,
        );
    }
  return `${lines.join('\n').trimEnd()}\n`;
}

function findingLines(finding: WrittenFinding<PacketPlace>, document: IncidentDocument, words: TicketWords): string[] {
  const lines = [
    `## ${words.whatHappened}`,
    '',
    `**${inline(finding.title)}** (${words[finding.confidence]})`,
    '',
    inline(finding.summary),
    '',
  ];
  if (finding.path) lines.push(`\`${code(finding.path)}\``, '');
  if (finding.steps.length > 0) {
    lines.push(`### ${words.steps}`, '');
    finding.steps.forEach((step, i) => {
      const packets = step.packets.slice(0, 4).map((p) => packetName(p, document));
      lines.push(`${i + 1}. ${inline(step.text)}${packets.length > 0 ? ` (${packets.map((p) => `\`${code(p)}\``).join(', ')})` : ''}`);
    });
    lines.push('');
  }
  if (finding.rivals.length > 0)
    lines.push(`### ${words.ruledOut}`, '', ...finding.rivals.map((r) => `- ${inline(r.kind)}: ${inline(r.because)}`), '');
  if (finding.remedies.length > 0) lines.push(`### ${words.remedies}`, '', ...finding.remedies.map((r) => `- ${inline(r)}`), '');
  return lines;
}

const where = (pin: IncidentDocument['notes'][number]['pin'], document: IncidentDocument): string =>
  pin.kind === 'packet' ? `\`${code(packetName(pin.packet, document))}\`: ` : '';

/** `envoy #1991` */
export function packetName(place: PacketPlace, document: IncidentDocument): string {
  const tap = document.taps.find((t) => t.captures.includes(place.capture));
  return `${tap?.name ?? document.captures[place.capture]?.name ?? '?'} #${place.frame}`;
}

/** Text that means itself: Markdown's and HTML's marks are escaped, control characters and line breaks become spaces. */
const inline = (text: string): string =>
  text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/[\\`*_{}[\]<>#|~]/g, (c) => `\\${c}`)
    .replace(/(^|\s)([-+]|\d+[.)])(?=\s)/g, '$1\\$2');

const code = (text: string): string => text.replace(/[`\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '·');
