// docs/guide.md as a page of the web build: headings, paragraphs, lists, tables, fences, pictures — what the guide uses, no more.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const STYLE = `:root{color-scheme:light dark;--ground:#f7f8fa;--ink:#1c2127;--mute:#5c6670;--hair:#dfe3e8;--card:#fff;--link:#2f6299}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--ink:#e6e9ed;--mute:#9aa5b1;--hair:#30363d;--card:#1c2026;--link:#7fb2e5}}
body{max-width:76ch;margin:40px auto;padding:0 24px 80px;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:28px;line-height:1.25}h2{margin-top:2em;font-size:21px}a{color:var(--link)}
img{width:100%;border:1px solid var(--hair);border-radius:8px}
code,pre{font-family:ui-monospace,"SF Mono","DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.88em}
pre{padding:14px 16px;overflow:auto;border:1px solid var(--hair);border-radius:8px;background:var(--card)}
table{border-collapse:collapse}td,th{padding:6px 14px 6px 0;border-bottom:1px solid var(--hair);text-align:start;vertical-align:top}
`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const inline = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
        : escapeHtml(part)
            .replace(/!\[([^\]]*)\]\(([\w./-]+)\)/g, '<img src="$2" alt="$1">')
            .replace(/\[([^\]]*)\]\(([\w./:-]+)\)/g, '<a href="$2">$1</a>')
            .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
            .replace(/\*([^*]+)\*/g, '<em>$1</em>'),
    )
    .join('');

export function guideHtml(markdown: string): string {
  const body = blocksOf(markdown).map(blockHtml);
  return `<!doctype html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Hopscope: guide</title><link rel="stylesheet" href="guide.css"></head><body>\n${body.join('\n')}\n</body></html>\n`;
}

/** Blocks are parted by empty lines, except within a fence. */
function blocksOf(markdown: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fenced = false;
  for (const line of [...markdown.split('\n'), '']) {
    if (line.startsWith('```')) fenced = !fenced;
    if (line !== '' || fenced) lines.push(line);
    else if (lines.length > 0) {
      blocks.push(lines.join('\n'));
      lines = [];
    }
  }
  return blocks;
}

function blockHtml(block: string): string {
  const heading = /^(#{1,3}) (.*)$/.exec(block);
  if (heading) return `<h${heading[1]?.length}>${inline(heading[2] ?? '')}</h${heading[1]?.length}>`;
  if (block.startsWith('```')) return `<pre>${escapeHtml(block.replace(/^```\w*\n|\n?```$/g, ''))}</pre>`;
  const lines = block.split('\n');
  if (lines[0]?.startsWith('|')) {
    const cells = (line: string, tag: string): string =>
      `<tr>${line
        .slice(1, -1)
        .split('|')
        .map((c) => `<${tag}>${inline(c.trim())}</${tag}>`)
        .join('')}</tr>`;
    return `<table>${cells(lines[0], 'th')}${lines
      .slice(2)
      .map((l) => cells(l, 'td'))
      .join('')}</table>`;
  }
  const item = /^(\d+\.|-) /;
  if (item.test(block)) {
    const tag = block.startsWith('-') ? 'ul' : 'ol';
    const items = block.split(/\n(?=(?:\d+\.|-) )/).map((i) => `<li>${inline(i.replace(item, '').replace(/\n\s*/g, ' '))}</li>`);
    return `<${tag}>${items.join('')}</${tag}>`;
  }
  return `<p>${inline(lines.join(' '))}</p>`;
}

/** Emits `guide.html` with its style and pictures beside the page. */
export function guide(root: string): Plugin {
  return {
    name: 'hopscope-guide',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'guide.html', source: guideHtml(readFileSync(join(root, 'docs/guide.md'), 'utf8')) });
      this.emitFile({ type: 'asset', fileName: 'guide.css', source: STYLE });
      for (const name of readdirSync(join(root, 'docs/pictures')))
        this.emitFile({ type: 'asset', fileName: `pictures/${name}`, source: readFileSync(join(root, 'docs/pictures', name)) });
    },
  };
}
