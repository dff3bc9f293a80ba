// The analysis as text for a terminal: the answer first, then how it is known. The sentences are those of the page.

import { nameLookup } from '../diagnose/names.ts';
import { endingSentence } from '../diagnose/wording/endings.ts';
import type { Language } from '../diagnose/wording/format.ts';
import { gapOf, narrator, renderSentence, type SentenceId, say } from '../diagnose/wording/render.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import { frameOf } from '../model/capture.ts';
import type { Evidence, Finding, Sentence } from '../model/finding.ts';
import type { PacketRef } from '../model/units.ts';
import { endingsOf } from './endings.ts';
import { handshakeOf } from './handshake.ts';
import { openedText } from './openedText.ts';
import { relayOf, relaySentence } from './relay.ts';
import { unboundedClock } from './unboundedClock.ts';

/** A chain step names so many packets; the rest is counted. */
const PACKETS_PER_STEP = 4;
const WIDTH = 100;

/** @returns lines ending in a newline each; no colour, no cursor movement: it goes into tickets as well */
export function renderText(analysis: Analysis, language: Language = 'en'): string {
  const printer = new Printer(analysis, language);
  const { diagnosis } = analysis;
  const [main, ...rest] = diagnosis.findings;
  printer.taps();
  printer.gap();
  if (main && main.severity !== 'info')
    printer.heading(
      `${printer.label(`label.${main.severity}`)}, ${printer.label(`label.${main.confidence}`)}: ${printer.text(main.title)} [${main.kind}]`,
    );
  const narrate = printer.narrator();
  printer.paragraph(diagnosis.verdict.says.map(narrate).join(gapOf(language)));
  if (main) printer.finding(main, narrate);
  if (rest.length > 0) {
    printer.section('label.also');
    for (const f of rest) {
      printer.item(
        `${printer.label(`label.${f.severity}`)}, ${printer.label(`label.${f.confidence}`)}: ${printer.text(f.title)} [${f.kind}]`,
      );
      printer.indented(f.summary.map(printer.narrator()).join(gapOf(language)));
      printer.indented(printer.reach(f));
    }
  }
  if (diagnosis.contradictions.length > 0) {
    printer.section('label.clashes');
    for (const c of diagnosis.contradictions) printer.item(printer.text(c));
  }
  if (diagnosis.undecided.length > 0) {
    printer.section('label.undecided');
    const byMissing = new Map<string, string[]>();
    for (const u of diagnosis.undecided) {
      const missing = printer.text(u.missing);
      byMissing.set(missing, [...(byMissing.get(missing) ?? []), u.kind]);
    }
    for (const [missing, kinds] of byMissing) printer.item(`${missing} (${kinds.join(', ')})`);
  }
  if (diagnosis.captureNext.length > 0) {
    printer.section('label.next');
    for (const c of diagnosis.captureNext) {
      printer.item(`${printer.text(c.where)}: ${printer.text(c.decides)}`);
      printer.raw(`    ${c.command}`);
    }
  }
  return printer.toString();
}

class Printer {
  readonly #analysis: Analysis;
  readonly #language: Language;
  readonly #lines: string[] = [];
  readonly #names: ReturnType<typeof nameLookup>;

  constructor(analysis: Analysis, language: Language) {
    this.#analysis = analysis;
    this.#language = language;
    this.#names = nameLookup(analysis);
  }

  toString(): string {
    return `${this.#lines.map(clean).join('\n')}\n`;
  }
  /** With the names of endpoints: for where the reader meets them first. */
  named(sentence: Sentence): string {
    return renderSentence(sentence, this.#language, this.#names);
  }

  /** For the sentences of one story: an address only at the first mention of a name. */
  narrator(): (sentence: Sentence) => string {
    return narrator(this.#language, this.#names);
  }
  /** With addresses alone: once introduced, they are what captures are searched for. */
  text(sentence: Sentence): string {
    return renderSentence(sentence, this.#language);
  }
  label(id: SentenceId & `label.${'critical' | 'warning' | 'info' | 'certain' | 'likely' | 'possible' | 'also' | 'because'}`): string {
    return this.text({ id, values: {} });
  }
  gap(): void {
    this.#lines.push('');
  }
  raw(line: string): void {
    this.#lines.push(line);
  }
  heading(line: string): void {
    this.#lines.push(...wrap(line, '', ''));
  }
  paragraph(text: string): void {
    this.#lines.push(...wrap(text, '', ''));
  }
  section(id: SentenceId): void {
    this.#lines.push('', this.text({ id, values: {} }));
  }
  item(text: string): void {
    this.#lines.push(...wrap(text, '  - ', '    '));
  }
  indented(text: string): void {
    this.#lines.push(...wrap(text, '    ', '    '));
  }

  taps(): void {
    const { workspace, correlation, context } = this.#analysis;
    this.#lines.push(this.text({ id: 'label.taps', values: {} }));
    workspace.taps.forEach((tap, i) => {
      const clock = correlation.clocks[i];
      const apart = unboundedClock(this.#analysis, i);
      const files = tap.files.map((f) => f.name).join(', ');
      const words = [files, this.text(say('label.packets', { n: tap.packets.length })), correlation.positions[i] ?? 'unknown'];
      if (workspace.flows[i]?.connections.length === 0) words.push(this.text(say('label.noTcp')));
      else if (clock?.reference) words.push(this.text(say('label.reference')));
      else if (apart && !clock?.pinned) words.push(this.text(apart));
      else if (clock)
        words.push(
          this.text(
            say(clock.offset < 0 ? 'label.offsetBehind' : 'label.offset', {
              offset: Math.abs(clock.offset),
              uncertainty: clock.uncertainty,
            }),
          ),
        );
      this.#lines.push(...wrap(`${tap.name}: ${words.join(' · ')}`, '  ', '    '));
    });
    if (context.files.length > 0) {
      const list = context.files.map((f) => (f.problem === null ? `${f.name} (${f.kind ?? '?'}, ${f.facts})` : `${f.name}: ${f.problem}`));
      this.#lines.push(...wrap(`${this.text({ id: 'label.context', values: {} })}: ${list.join(', ')}`, '  ', '    '));
    }
  }

  finding(finding: Finding, narrate: (sentence: Sentence) => string): void {
    this.connection(finding);
    this.indented(this.reach(finding));
    if (finding.chain.length > 0) {
      this.section('label.because');
      finding.chain.forEach((step, i) => {
        this.#lines.push(...wrap(`${narrate(step.says)}${this.packets(step.packets)}`, `  ${i + 1}. `, '     '));
      });
    }
    this.evidence('label.evidence', finding.evidence);
    this.evidence('label.against', finding.against);
    if (finding.rivals.length > 0) {
      this.section('label.rivals');
      for (const r of finding.rivals) this.item(`${r.kind}: ${this.text(r.because)}`);
    }
    if (finding.remedies.length > 0) {
      this.section('label.remedies');
      for (const r of finding.remedies) {
        this.item(this.text(r.says));
        for (const c of r.caveats) this.indented(this.text(c));
        if (r.whatIf) this.indented(this.text(say('label.try', { what: Object.entries(r.whatIf).map(flag).join(' ') })));
      }
    }
  }

  reach(finding: Finding): string {
    const { blast } = finding;
    if (!blast || blast.connections < 2) return '';
    const parts = [
      this.text(say('label.affected', { n: blast.connections, critical: blast.critical, first: blast.first, last: blast.last })),
    ];
    if (blast.perService.length > 1)
      parts.push(
        blast.perService
          .slice(0, 5)
          .map((s) => this.text(say('label.perService', { service: s.service, n: s.connections })))
          .join(', '),
      );
    if (blast.perNode.length > 0)
      parts.push(
        blast.perNode
          .slice(0, 5)
          .map((s) => this.text(say('label.perNode', { node: s.node, n: s.connections })))
          .join(', '),
      );
    return `${this.text({ id: 'label.blast', values: {} })}: ${parts.join('; ')}`;
  }

  private connection(finding: Finding): void {
    const path = finding.path === null ? undefined : this.#analysis.correlation.paths[finding.path];
    if (!path) return;
    const ends = [path.client, ...(path.service ? [path.service] : []), path.server].map((e) => this.endpoint(formatEndpoint(e)));
    this.#lines.push('', ...wrap(`${this.text({ id: 'label.connection', values: {} })} ${ends.join(' → ')}`, '', '  '));
    const opened = openedText(handshakeOf(this.#analysis, path), (tap) => this.#analysis.workspace.taps[tap].name, this.#language);
    if (opened !== '') this.labelled('label.opened', opened);
    const relay = relayOf(this.#analysis, path);
    if (relay) this.labelled('label.relayed', this.text(relaySentence(this.#analysis, relay)));
    this.labelled('label.ended', this.text(endingSentence(endingsOf(this.#analysis).of(path.id))));
  }
  private labelled(id: 'label.opened' | 'label.relayed' | 'label.ended', text: string): void {
    this.#lines.push(...wrap(`${this.text({ id, values: {} })}${this.#language === 'zh' ? '：' : ': '}${text}`, '  ', '    '));
  }
  private endpoint(text: string): string {
    return this.named(say('label.endpoint', { endpoint: text }));
  }
  private evidence(id: 'label.evidence' | 'label.against', list: readonly Evidence[]): void {
    if (list.length === 0) return;
    this.section(id);
    for (const e of list) this.item(`${this.packet(e.packet)}: ${this.text(e.says)}`);
  }
  private packet(ref: PacketRef): string {
    const { file, frame } = frameOf(this.#analysis.workspace.taps[ref.tap], ref.row);
    return `${file.name} #${frame}`;
  }
  private packets(refs: readonly PacketRef[]): string {
    if (refs.length === 0) return '';
    const shown = refs.slice(0, PACKETS_PER_STEP).map((r) => this.packet(r));
    return ` (${shown.join(', ')}${refs.length > PACKETS_PER_STEP ? ', …' : ''})`;
  }
}

/** A what-if parameter as the command line takes it. */
const flag = ([name, value]: [string, string]): string => (name === 'kernel' ? `--kernel ${value}` : `--set ${name}=${value}`);

/** Control characters of file and host names must not reach a terminal. */
const clean = (text: string): string => text.replace(/\p{Cc}/gu, '�');

/** Columns of a character: CJK and full-width forms take two. */
const columns = (c: string): number => (/[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/.test(c) ? 2 : 1);

function wrap(text: string, first: string, next: string): string[] {
  if (text === '') return [];
  const lines: string[] = [];
  let line = first;
  let width = [...first].length;
  let fresh = true;
  for (const word of text.match(/[⺀-鿿＀-￯　-〿]|[^\s⺀-鿿＀-￯　-〿]+|\s+/g) ?? []) {
    const size = [...word].reduce((n, c) => n + columns(c), 0);
    if (!fresh && width + size > WIDTH && !/^[，。；：）、！？”]$/.test(word)) {
      lines.push(line.trimEnd());
      line = next;
      width = [...next].length;
      fresh = true;
    }
    if (fresh && /^\s+$/.test(word)) continue;
    line += word;
    width += size;
    fresh = false;
  }
  lines.push(line.trimEnd());
  return lines;
}
