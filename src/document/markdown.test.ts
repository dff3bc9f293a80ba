import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuMillis } from '../testing/cpuMillis.ts';
import { type Block, type Inline, parseMarkdown, plainText, safeHref } from './markdown.ts';

test('the subset', () => {
  expect(parseMarkdown('# Why\nOne **bold** and *slanted* `code`\n\n- envoy #1991\n- two\n1. first\n> said\n```\n<b>\n```')).toEqual([
    { kind: 'heading', level: 1, children: [{ kind: 'text', text: 'Why' }] },
    {
      kind: 'paragraph',
      children: [
        { kind: 'text', text: 'One ' },
        { kind: 'strong', children: [{ kind: 'text', text: 'bold' }] },
        { kind: 'text', text: ' and ' },
        { kind: 'emphasis', children: [{ kind: 'text', text: 'slanted' }] },
        { kind: 'text', text: ' ' },
        { kind: 'code', text: 'code' },
      ],
    },
    { kind: 'list', ordered: false, items: [[{ kind: 'packet', tap: 'envoy', frame: 1991 }], [{ kind: 'text', text: 'two' }]] },
    { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'first' }]] },
    { kind: 'quote', children: [{ kind: 'text', text: 'said' }] },
    { kind: 'fence', text: '<b>' },
  ]);
});

test('plain words', () => {
  expect(plainText('# Why\n**a** *b* `c` envoy #7\n- x\n- y')).toBe('Why\na b c envoy #7\n• x\n• y');
});

test('only http and https with a plain host become links, shown as what they are', () => {
  const links = (text: string): string[] =>
    parseMarkdown(text).flatMap((b) => ('children' in b ? b.children.flatMap((i) => (i.kind === 'link' ? [i.href] : [])) : []));
  expect(links('see https://example.com/a?b=c#d, and http://x.')).toEqual(['https://example.com/a?b=c#d', 'http://x']);
  expect(links('javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd //x [a](javascript:alert(1))')).toEqual([]);
  for (const bad of ['https://user@evil', 'https://', 'java\nscript:alert(1)', ' https://a b', 'https://good@evil.com/x'])
    expect(safeHref(bad)).toBeNull();
});

test('every letter of the text is in the tree: nothing vanishes, nothing is invented', () => {
  const words = (inlines: readonly Inline[]): string =>
    inlines
      .map((i) => (i.kind === 'packet' ? `${i.tap}${i.frame}` : i.kind === 'link' ? i.href : 'children' in i ? words(i.children) : i.text))
      .join('');
  const all = (blocks: readonly Block[]): string =>
    blocks.map((b) => (b.kind === 'fence' ? b.text : b.kind === 'list' ? b.items.map(words).join('') : words(b.children))).join('');
  const letters = (text: string): string => text.replaceAll(/[^\p{L}]/gu, '');
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b ', '*', '**', '`', '\n', '# ', '- ', 'x #1', 'https://h/', '>', '<img onerror=x>', '\u202e')),
      (parts) => {
        const text = parts.join('');
        expect(letters(all(parseMarkdown(text)))).toBe(letters(text));
      },
    ),
  );
});

test('long and hostile text takes time in proportion', () => {
  for (const piece of ['*', '`', '**a', 'a', 'https://', '> ', '- ', 'ab.', '[', '\n']) {
    const start = cpuMillis();
    parseMarkdown(piece.repeat(200_000 / piece.length));
    expect(cpuMillis() - start, piece).toBeLessThan(2_000);
  }
});
