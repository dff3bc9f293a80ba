// `hopscope export FILE... --to KIND`: what the page's share dialog does.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { joinFacts } from '../document/context.ts';
import type { IncidentContents } from '../document/file/contents.ts';
import { embedIncident } from '../document/file/html.ts';
import { writeLink } from '../document/file/link.ts';
import { lock, SHORTEST_PASSPHRASE } from '../document/file/lock.ts';
import { splitCaptures } from '../document/file/splitCaptures.ts';
import { writeIncidentFile } from '../document/file/writeIncidentFile.ts';
import { EMPTY_DOCUMENT, type IncidentDocument } from '../document/model.ts';
import { DEFAULT_CHOICES, type RedactionChoices } from '../document/redact/choices.ts';
import { captureOrigins } from '../document/share/completeDocument.ts';
import { countCaptures } from '../document/share/places.ts';
import { prepareShare } from '../document/share/prepareShare.ts';
import { reopen } from '../document/share/reopen.ts';
import type { PacketChoice } from '../document/share/selectRows.ts';
import { journeyColumns, packetColumns } from '../document/table/columns.ts';
import { TICKET_WORDS, ticketMarkdown } from '../document/ticket/markdown.ts';
import { mermaidDiagram } from '../document/ticket/mermaid.ts';
import type { CaptureSource } from '../engine/capture/source.ts';
import { readContext } from '../engine/diagnose/context/readContext.ts';
import type { Language } from '../engine/diagnose/wording/format.ts';
import { renderSentence } from '../engine/diagnose/wording/render.ts';
import { row, tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { parseYaml, readTexts } from './contextFiles.ts';
import { type DrawChoice, drawIncident } from './drawIncident.ts';
import { incidentTaps } from './incidentTaps.ts';
import { type OpenedTaps, openTaps, parseTapSpec, tapsOfFiles } from './openTaps.ts';
import { PASSPHRASE, passphraseOfEnvironment } from './passphrase.ts';
import { printable, printableLine } from './printable.ts';
import { rasterize } from './rasterize.ts';
import { roomFor } from './roomFor.ts';
import { parseAssumption } from './trackerOptions.ts';
import { type OutFile, writeOut } from './writeOut.ts';

const KINDS = ['incident', 'html', 'link', 'svg', 'png', 'markdown', 'mermaid', 'pcapng', 'parquet'] as const;
type Kind = (typeof KINDS)[number];
type DerivedKind = 'svg' | 'png' | 'mermaid' | 'parquet';

export const USAGE = `hopscope export FILE... --to KIND [options]
  --to KIND                 ${KINDS.join(' | ')}
  --out PATH                file to write (a folder where there are several, - for standard output); never over what is there
  --force                   write over what is there
  --tap NAME=FILE[,FILE…]   name a capture point and join rotated files
  --title TEXT, --summary TEXT
  --packets WHICH           findings (default): the connections with findings; evidence: only the decisive ones; all
  --payload WHICH           none (default), all, or the number of bytes to keep of each packet
  --replace WHAT            addresses, names, mac (default names,mac), several with commas; none
  --times shift|keep        shift: start at 1970 (default where addresses are replaced)
  --context FILE            as for analyze; what it says of these connections travels, the file itself never does
  --context-words WHICH     drop (default): without the words of log lines and rules; keep; none: nothing of the files
  --keep-comments           keep comments and filters of the captures
  --lock                    incident, html, link: readable only with the passphrase in HOPSCOPE_PASSPHRASE, by which locked ones are read too
  --page URL                link: the page it is to open in
  --lang en|zh              language of the words
Pictures (svg, png) show notes, highlights, names, order and hiding of lanes as the incident has them; and
  --part WHICH              whole (default), or view: what was on screen when the incident was saved
  --scale rows|time         one row per event, or true time (default: as the incident has it)
  --width N                 of the drawing in px, 400 to 8000 (default 1200)
  --theme light|dark
  --what-if NAME=VALUE      also what would have been under kernel=6.1, be_liberal=1, drop_invalid=1 … (several times); says that it is
                            a prediction
  --density N               px of a PNG per px of the drawing, 1 to 4 (default 2)
Exit status: 0 written, 2 wrong usage, 3 a file could not be read or written.
`;

interface Asked {
  readonly kind: Kind;
  readonly packets: PacketChoice;
  readonly choices: RedactionChoices;
  readonly language: Language;
  readonly picture: DrawChoice;
  /** null: nothing is locked. */
  readonly passphrase: string | null;
  readonly values: ReturnType<typeof parse>['values'];
  readonly positionals: readonly string[];
}

export async function run(argv: readonly string[]): Promise<number> {
  const asked = ask(argv);
  if (typeof asked === 'string') {
    process.stderr.write(`${printableLine(asked)}\n${USAGE}`);
    return 2;
  }
  const named = asked.values.tap.map(parseTapSpec).filter((t) => t !== null);
  const opened = await openTaps([...named, ...tapsOfFiles(asked.positionals)]);
  if (!opened.ok) {
    process.stderr.write(`${opened.error}\n`);
    return 3;
  }
  for (const sentence of opened.value.unread) process.stderr.write(`${printableLine(sentence)}\n`);
  try {
    const made = await make(asked, opened.value);
    const problem = typeof made === 'string' ? made : await writeOut(made, asked.values.out ?? null, asked.values.force);
    if (problem !== null) process.stderr.write(`${printableLine(problem)}\n`);
    return problem !== null || opened.value.unread.length > 0 ? 3 : 0;
  } finally {
    await opened.value.close();
  }
}

async function make(asked: Asked, opened: OpenedTaps): Promise<readonly OutFile[] | string> {
  const workspace = buildWorkspace(opened.taps);
  const room = roomFor(workspace);
  if (!room.ok) return room.error;
  const context = joinFacts(opened.context, readContext(await readTexts(asked.values.context), parseYaml));
  const analysis = analyze(workspace, { context, hints: opened.hints });
  const { base, captures } = await documentOf(asked, opened);
  const prepared = await prepareShare({
    analysis,
    document: { ...base, title: asked.values.title ?? base.title, summary: asked.values.summary ?? base.summary },
    captures,
    sources: opened.taps.map((tap, t) =>
      tap.files.map((file) => opened.sourceOf({ tap: tapId(t), row: row(file.firstRow) }) ?? nowhere(file.name)),
    ),
    packets: asked.packets,
    choices: asked.choices,
    key: randomBytes(32),
    render: (says) => renderSentence(says, asked.language),
  });
  return filesOf(prepared.redacted.contents, asked);
}

/** The document of the one incident that was given, or a new one about the captures. */
async function documentOf(asked: Asked, opened: OpenedTaps): Promise<{ base: IncidentDocument; captures: readonly (readonly number[])[] }> {
  const [only] = asked.positionals;
  const incident = only !== undefined && asked.positionals.length === 1 && asked.values.tap.length === 0 ? await incidentTaps(only) : null;
  if (incident?.ok) return { base: incident.value.incident.document, captures: incident.value.captures };
  const captures = captureOrigins({ workspace: { epoch: 0n, taps: opened.taps, flows: [] } });
  return { base: { ...EMPTY_DOCUMENT, captures }, captures: countCaptures(opened.taps) };
}

const nowhere = (name: string): CaptureSource => ({ name, size: 0, read: async () => new Uint8Array() });

async function filesOf(contents: IncidentContents, asked: Asked): Promise<readonly OutFile[] | string> {
  const { document } = contents;
  const { kind, language } = asked;
  switch (kind) {
    case 'incident':
      return [{ name: asked.passphrase === null ? 'incident.pcapng' : 'incident.hopscope', content: await sealed(contents, asked) }];
    case 'link': {
      const link = await writeLink(await sealed(contents, asked));
      if (!link.ok)
        return `the link would have ${link.error.characters} characters, at most ${link.error.limit} are of use: take fewer packets, or html`;
      return [{ name: 'incident.url.txt', content: `${asked.values.page.replace(/#.*$/, '')}#${link.value}\n` }];
    }
    case 'html': {
      const viewer = await readFile(new URL('../single/index.html', import.meta.url), 'utf8').catch(() => null);
      if (viewer === null) return 'the viewer is missing: run `npm run build` first';
      // A title would tell what the passphrase is to keep.
      const about = asked.passphrase === null ? document : { title: '', summary: '' };
      return [{ name: 'incident.html', content: embedIncident(viewer, await sealed(contents, asked), about) }];
    }
    case 'markdown':
      return [{ name: 'incident.md', content: printable(ticketMarkdown(document, TICKET_WORDS[language])) }];
    case 'pcapng':
      return splitCaptures(contents).map((c) => ({ name: `${plainName(c.name)}-filtered.pcapng`, content: c.bytes }));
    default:
      return derived(contents, asked, kind);
  }
}

/** The incident file, locked if that was asked for. */
async function sealed(contents: IncidentContents, { passphrase }: Asked): Promise<Uint8Array<ArrayBuffer>> {
  const file = await writeIncidentFile(contents);
  return passphrase === null ? file : lock(file, passphrase);
}

/** What is drawn or tabled comes from the redacted packets alone: they are analysed again. */
async function derived(contents: IncidentContents, asked: Asked, kind: DerivedKind): Promise<readonly OutFile[] | string> {
  const reopened = await reopen(contents);
  const analysis = analyze(buildWorkspace(reopened.taps), { context: reopened.context, hints: reopened.hints });
  if (kind === 'parquet') {
    const { writeParquet } = await import('../document/table/parquet.ts');
    return [
      { name: 'packets.parquet', content: writeParquet(packetColumns(analysis.workspace)) },
      { name: 'journeys.parquet', content: writeParquet(journeyColumns(analysis.workspace, analysis.correlation)) },
    ];
  }
  const drawn = drawIncident(contents.document, analysis, reopened, asked.picture);
  if (drawn === null) return 'there is no diagram to draw';
  if (kind === 'mermaid') return [{ name: 'incident.mmd', content: mermaidDiagram(drawn.steps()) }];
  const svg = drawn.svg();
  if (kind === 'svg') return [{ name: 'incident.svg', content: svg }];
  const png = await rasterize(svg, asked.picture.density);
  return png === null
    ? 'PNG needs the optional package @resvg/resvg-js, which is not installed: take svg'
    : [{ name: 'incident.png', content: png }];
}

/** No path comes out of a file's content: folders are cut off, and what is no letter or digit. */
const plainName = (name: string): string =>
  (name.replaceAll('\\', '/').split('/').at(-1) ?? '')
    .replace(/\.(pcap|pcapng|cap|dmp)?\d*(\.(gz|zst))?$/i, '')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'capture';

function ask(argv: readonly string[]): Asked | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  const kind = KINDS.find((k) => k === values.to);
  if (!kind) return `--to wants one of ${KINDS.join(', ')}`;
  if (positionals.length + values.tap.length === 0) return 'no capture given';
  if (values.tap.some((spec) => parseTapSpec(spec) === null)) return '--tap wants NAME=FILE[,FILE…]';
  const packets = (['findings', 'evidence', 'all'] as const).find((p) => p === values.packets);
  if (!packets) return '--packets wants findings, evidence or all';
  const replace = values.replace === 'none' ? [] : values.replace.split(',');
  if (replace.some((what) => !['addresses', 'names', 'mac'].includes(what))) return '--replace wants addresses, names, mac';
  const octets = Number(values.payload);
  if (!['none', 'all'].includes(values.payload) && !(Number.isInteger(octets) && octets >= 0))
    return '--payload wants none, all or a number of bytes';
  // With the moment of every packet at hand, replaced addresses could be looked up in a log.
  const times = values.times ?? (replace.includes('addresses') ? 'shift' : 'keep');
  if (times !== 'keep' && times !== 'shift') return '--times wants keep or shift';
  if (values.lang !== 'en' && values.lang !== 'zh') return '--lang wants en or zh';
  const words = values['context-words'];
  if (words !== 'drop' && words !== 'keep' && words !== 'none') return '--context-words wants drop, keep or none';
  const choices: RedactionChoices = {
    ...DEFAULT_CHOICES,
    payload: values.payload === 'none' ? { keep: 'none' } : values.payload === 'all' ? { keep: 'all' } : { keep: 'first', octets },
    addresses: replace.includes('addresses') ? 'replace' : 'keep',
    names: replace.includes('names') ? 'replace' : 'keep',
    hardwareAddresses: replace.includes('mac') ? 'replace' : 'keep',
    comments: values['keep-comments'] ? 'keep' : 'drop',
    context: words === 'keep' ? 'words' : words === 'none' ? 'drop' : 'facts',
    times,
  };
  const passphrase = values.lock ? passphraseOfEnvironment() : null;
  if (values.lock && !['incident', 'html', 'link'].includes(kind)) return '--lock is for incident, html and link';
  if (values.lock && (passphrase?.length ?? 0) < SHORTEST_PASSPHRASE)
    return `--lock wants a passphrase of ${SHORTEST_PASSPHRASE} characters at least in ${PASSPHRASE}`;
  const picture = askPicture(values, values.lang);
  if (typeof picture === 'string') return picture;
  return { kind, packets, choices, language: values.lang, picture, passphrase, values, positionals };
}

function askPicture(values: ReturnType<typeof parse>['values'], language: Language): DrawChoice | string {
  const { part, scale, theme } = values;
  const [width, density] = [Number(values.width), Number(values.density)];
  if (part !== 'whole' && part !== 'view') return '--part wants whole or view';
  if (scale !== undefined && scale !== 'rows' && scale !== 'time') return '--scale wants rows or time';
  if (theme !== 'light' && theme !== 'dark') return '--theme wants light or dark';
  if (!(Number.isInteger(width) && width >= 400 && width <= 8000)) return '--width wants px from 400 to 8000';
  if (!(density >= 1 && density <= 4)) return '--density wants a number from 1 to 4';
  const assumed = parseAssumption(values['what-if']);
  if (!assumed.ok) return assumed.error;
  if (assumed.value && values.packets === 'evidence') return '--what-if needs whole connections: not with --packets evidence';
  return { language, part, scale: scale ?? null, theme, width, density, assumption: assumed.value };
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      to: { type: 'string', default: '' },
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
      tap: { type: 'string', multiple: true, default: [] },
      title: { type: 'string' },
      summary: { type: 'string' },
      packets: { type: 'string', default: 'findings' },
      payload: { type: 'string', default: 'none' },
      replace: { type: 'string', default: 'names,mac' },
      times: { type: 'string' },
      context: { type: 'string', multiple: true, default: [] },
      'context-words': { type: 'string', default: 'drop' },
      'keep-comments': { type: 'boolean', default: false },
      lang: { type: 'string', default: 'en' },
      lock: { type: 'boolean', default: false },
      page: { type: 'string', default: '' },
      part: { type: 'string', default: 'whole' },
      scale: { type: 'string' },
      width: { type: 'string', default: '1200' },
      theme: { type: 'string', default: 'light' },
      density: { type: 'string', default: '2' },
      'what-if': { type: 'string', multiple: true, default: [] },
    },
  });
