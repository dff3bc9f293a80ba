// The facts of a session while its files are being read.
import type { AddressName, ConntrackFact, ContextFacts, ContextFile, InvalidRule, LogMark, ServiceFact } from '../../model/context.ts';

/** No file may fill the memory: what is beyond is left out, and the file says so. */
export const MOST_FACTS = 200_000;

export class Draft {
  readonly files: ContextFile[] = [];
  readonly names: AddressName[] = [];
  readonly services: ServiceFact[] = [];
  readonly conntrack: ConntrackFact[] = [];
  readonly counters: { file: string; values: Map<string, number> }[] = [];
  readonly sysctl = new Map<string, { value: string; file: string }>();
  readonly kernels: { release: string; node: string | null; file: string }[] = [];
  readonly invalidRules: InvalidRule[] = [];
  readonly marks: LogMark[] = [];
  hasRules = false;
  ipvsTimeouts: ContextFacts['ipvsTimeouts'] = null;
  proxyMode: ContextFacts['proxyMode'] = null;

  /** Facts so far: names a parser's yield by difference. */
  get size(): number {
    const { names, services, conntrack, sysctl, kernels, invalidRules, marks } = this;
    const counted = this.counters.reduce((n, c) => n + c.values.size, 0);
    return names.length + services.length + conntrack.length + sysctl.size + kernels.length + invalidRules.length + marks.length + counted;
  }
  get isFull(): boolean {
    return this.size >= MOST_FACTS;
  }
  finish(): ContextFacts {
    return {
      files: this.files,
      names: this.names,
      services: this.services,
      conntrack: this.conntrack,
      counters: this.counters,
      sysctl: this.sysctl,
      kernels: this.kernels,
      invalidRules: this.invalidRules,
      hasRules: this.hasRules,
      ipvsTimeouts: this.ipvsTimeouts,
      proxyMode: this.proxyMode,
      marks: this.marks.sort((a, b) => a.time.length - b.time.length || (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    };
  }
}
