// The Markdown that notes may use, as a tree. A view renders the tree with text nodes; nothing in it is ever markup.
//
// Blocks: paragraphs, `# ` headings, `- ` and `1. ` lists, `> ` quotes, ``` fences. Inline: **strong**, *emphasis*, `code`, bare
// http(s) addresses, and #frame references such as `envoy #1991`. Everything else is text.

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  /** Only http and https; shown as its own address, so that it can't claim to lead elsewhere. */
  | { readonly kind: 'link'; readonly href: string }
  | { readonly kind: 'packet'; readonly tap: string; readonly frame: number };

export type Block =
  | { readonly kind: 'paragraph' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly children: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'fence'; readonly text: string };

/** Blocks of a note. Linear in the text. */
export function parseMarkdown(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    if (line.trim() === '') at++;
    else if (line.startsWith('```')) {
      let end = at + 1;
      while (end < lines.length && !(lines[end] as string).startsWith('```')) end++;
      blocks.push({ kind: 'fence', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else {
      const start = startOf(line);
      let end = at + 1;
      while (end < lines.length && continues(start, lines[end] as string)) end++;
      blocks.push(build(start, lines.slice(at, end)));
      at = end;
    }
  }
  return blocks;
}

type Start = 'heading' | 'bullet' | 'number' | 'quote' | 'paragraph';
const PREFIX: Readonly<Record<Start, RegExp>> = {
  heading: /^(#{1,3}) +/,
  bullet: /^[-*] +/,
  number: /^\d{1,4}[.)] +/,
  quote: /^> ?/,
  paragraph: /^/,
};

const startOf = (line: string): Start =>
  (['heading', 'bullet', 'number', 'quote'] as const).find((s) => PREFIX[s].test(line)) ?? 'paragraph';

function continues(start: Start, line: string): boolean {
  return start !== 'heading' && line.trim() !== '' && !line.startsWith('```') && startOf(line) === start;
}

function build(start: Start, lines: readonly string[]): Block {
  const bare = lines.map((line) => line.replace(PREFIX[start], ''));
  if (start === 'bullet' || start === 'number')
    return { kind: 'list', ordered: start === 'number', items: bare.map((item) => parseInline(item)) };
  if (start === 'heading') {
    const level = (lines[0] as string).indexOf(' ');
    return { kind: 'heading', level: level >= 3 ? 3 : level === 2 ? 2 : 1, children: parseInline(bare.join(' ')) };
  }
  return { kind: start, children: parseInline(bare.join('\n')) };
}

/** Marks that stand for themselves where they are not closed. Emphasis nests one level: enough for notes, and linear. */
const INLINE =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|(https?:\/\/[^\s<>"'`\\\p{Cc}\p{Cf}]+)|([\p{L}\p{N}][\p{L}\p{N}._-]{0,63}) #(\d{1,9})(?!\d)/gu;

export function parseInline(text: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) found.push({ kind: 'text', text: text.slice(from, to) });
  };
  for (const match of text.matchAll(INLINE)) {
    const inline = inlineOf(match);
    if (!inline) continue;
    plain(match.index);
    found.push(inline);
    from = match.index + lengthOf(match, inline);
  }
  plain(text.length);
  return found;
}

function inlineOf(match: RegExpMatchArray): Inline | null {
  const [, code, strong, emphasis, url, tap, frame] = match;
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', children: [{ kind: 'text', text: strong }] };
  if (emphasis !== undefined) return { kind: 'emphasis', children: [{ kind: 'text', text: emphasis }] };
  if (url !== undefined) {
    const href = safeHref(url.replace(/[.,;:!?)\]}]+$/, ''));
    return href === null ? null : { kind: 'link', href };
  }
  return { kind: 'packet', tap: tap as string, frame: Number(frame) };
}

const lengthOf = (match: RegExpMatchArray, inline: Inline): number => {
  const whole = match[0].length;
  return inline.kind === 'link' ? whole - ((match[4] as string).length - (match[4] as string).replace(/[.,;:!?)\]}]+$/, '').length) : whole;
};

/** The address as written when it is http or https with a host and no user part; else null. */
export function safeHref(text: string): string | null {
  if (!/^https?:\/\/[^/?#@\s]+([/?#]\S*)?$/.test(text)) return null;
  return URL.canParse(text) ? text : null;
}

/** The words without their marks, for where there is no room for more than text. */
export function plainText(text: string): string {
  const words = (inlines: readonly Inline[]): string =>
    inlines
      .map((i) =>
        i.kind === 'packet' ? `${i.tap} #${i.frame}` : i.kind === 'link' ? i.href : 'children' in i ? words(i.children) : i.text,
      )
      .join('');
  return parseMarkdown(text)
    .map((b) =>
      b.kind === 'fence' ? b.text : b.kind === 'list' ? b.items.map((item) => `• ${words(item)}`).join('\n') : words(b.children),
    )
    .join('\n');
}
