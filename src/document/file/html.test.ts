import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SAMPLE_CONTENTS } from '../testing/sampleContents.ts';
import { SAMPLE_DOCUMENT } from '../testing/sampleDocument.ts';
import { TICKET_WORDS, ticketMarkdown } from '../ticket/markdown.ts';
import { mermaidDiagram } from '../ticket/mermaid.ts';
import { embedIncident, escapeJson, extractIncident, fromBase64, toBase64 } from './html.ts';
import { LINK_LIMIT, readLink, writeLink } from './link.ts';
import { readIncidentFile } from './readIncidentFile.ts';
import { writeIncidentFile } from './writeIncidentFile.ts';

const VIEWER =
  '<!doctype html><html><head><title>Hopscope</title></head><body>\n    <div id="root"></div><script type="module">1</script></body></html>';
const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<!--',
  ']]>',
  '\u2028\u2029',
  '$& $1 $`',
  '"><img src=x onerror=alert(1)>',
  '&lt;',
  '</title><svg onload=alert(1)>',
];

describe('the page', () => {
  test('carries the file, and nothing written in it becomes markup', async () => {
    for (const text of HOSTILE) {
      const document = { ...SAMPLE_DOCUMENT, title: text, summary: text };
      const file = await writeIncidentFile({ ...SAMPLE_CONTENTS, document });
      const page = embedIncident(VIEWER, file, { title: text, summary: text });
      expect(page.match(/<script/g)).toHaveLength(2);
      expect(page).not.toMatch(/<(img|svg)/);
      expect(page.match(/<title>/g)).toHaveLength(1);
      const content = /id="incident">([^<]*)<\/script>/.exec(page)?.[1] ?? '';
      expect(extractIncident(content)).toEqual(file);
    }
  });

  test('embedding again replaces what was there', () => {
    const once = embedIncident(VIEWER, Uint8Array.of(1, 2, 3), { title: 'a', summary: 'b' });
    expect(
      embedIncident(embedIncident(VIEWER, Uint8Array.of(9, 9), { title: 'x', summary: 'y' }), Uint8Array.of(1, 2, 3), {
        title: 'a',
        summary: 'b',
      }),
    ).toBe(once);
  });

  test('anything else in the element is refused', () => {
    for (const text of ['', '{}', '{"pcapng":1}', '{"pcapng":"<"}', 'null', '{"pcapng":"AA","x":1}', '{"pcapng":"A"}'])
      expect(extractIncident(text)).toBeNull();
    expect(escapeJson('</script>\u2028')).toBe('"\\u003c/script\\u003e\\u2028"');
  });

  test('base64 of any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the link', () => {
  test('round trip', async () => {
    const file = await writeIncidentFile(SAMPLE_CONTENTS);
    const link = await writeLink(file);
    if (!link.ok) throw new Error(link.error.kind);
    expect(link.value).toMatch(/^incident=[\w-]+$/);
    const read = await readLink(`#${link.value}`);
    expect(read.ok && read.value).toEqual(file);
    expect(read.ok && (await readIncidentFile(read.value)).ok).toBe(true);
  });

  test('what is too long is refused with both numbers', async () => {
    const noise = Uint8Array.from({ length: LINK_LIMIT }, (_, i) => (i * i * 31 + (i >> 3) * 7) & 255);
    const link = await writeLink(noise.map((o, i) => o ^ ((i * 2654435761) >>> 24)));
    expect(link.ok ? null : link.error).toMatchObject({ kind: 'linkTooLong', limit: LINK_LIMIT });
  });

  test('inflates at most 16 MB, and takes no nonsense', async () => {
    const bomb = await writeLink(new Uint8Array(17 * 1024 * 1024));
    if (!bomb.ok) throw new Error('a bomb is short');
    expect(await readLink(bomb.value)).toEqual({ ok: false, error: { kind: 'inflatesTooLarge', limit: 16 * 1024 * 1024 } });
    for (const bad of ['', '#', '#incident=%00', '#other=AA', '#incident=A']) expect((await readLink(bad)).ok).toBe(false);
    expect(await readLink('#incident=AAAA')).toEqual({ ok: false, error: { kind: 'notDeflate' } });
  });
});

describe('tickets', () => {
  test('Markdown says the finding, its steps with packets, the notes and the captures', () => {
    const text = ticketMarkdown(SAMPLE_DOCUMENT, TICKET_WORDS.en);
    expect(text).toContain('# Pilot push resets, cell 12');
    expect(text).toContain('2. leaks (`envoy #7`)');
    expect(text).toContain('`envoy #7`: The **leaked** segment');
    expect(text).toContain('- pilot: `pilot.pcap`, 40 packets');
  });

  test('what captures and findings say is never markup', () => {
    const evil = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) **b** `c`\n# h';
    const text = ticketMarkdown(
      {
        ...SAMPLE_DOCUMENT,
        title: evil,
        findings: [{ ...SAMPLE_DOCUMENT.findings[0]!, title: evil, path: evil }],
        taps: [{ ...SAMPLE_DOCUMENT.taps[0]!, name: evil }],
      },
      TICKET_WORDS.zh,
    );
    expect(text).not.toMatch(/(?<!\\)<img(?![^`]*`)/);
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
    const diagram = mermaidDiagram({
      title: evil,
      lanes: [{ id: 'a', name: evil }],
      rows: [{ from: 'a', to: 'a', label: `${evil}; x`, kind: 'reset' }],
    });
    expect(diagram).not.toMatch(/[<;]/);
    expect(diagram.trimEnd().split('\n')).toHaveLength(6);
  });
});
