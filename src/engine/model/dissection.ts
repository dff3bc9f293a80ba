// One packet taken apart on demand: a tree of fields named as in Wireshark, each tied to its octets.

/** What a field's own check says: `note` is worth a look but no error (an unfinished checksum, an option of a later RFC). */
export type Judgement = 'good' | 'bad' | 'note';

export interface Field {
  /** Display filter name (`ip.ttl`); empty for a heading that has none. */
  readonly name: string;
  /** Wireshark's label. */
  readonly label: string;
  /** As `tshark -T fields` prints it, and as a filter compares it. */
  readonly value: string;
  /** What people read instead of `value`; empty: `value` says it. */
  readonly text: string;
  /** Octets of the record; length 0: derived from other packets or by calculation. */
  readonly offset: number;
  readonly length: number;
  /** Bits of those octets, most significant first; 0: all. */
  readonly mask: number;
  readonly judgement: Judgement | null;
  readonly children: readonly Field[];
}

/** Why dissection ended before the last layer. `need` octets of `layer` were wanted at `at`; `have` were captured. */
export interface DissectionStop {
  readonly kind: 'cut' | 'malformed' | 'tooDeep' | 'unsupported';
  readonly layer: string;
  readonly at: number;
  readonly need: number;
  readonly have: number;
}

export interface Dissection {
  /** One per layer, outermost first; the last may be `data`. */
  readonly layers: readonly Field[];
  /** As `frame.protocols`: `eth:ethertype:ip:tcp`. */
  readonly protocols: readonly string[];
  readonly stop: DissectionStop | null;
}

/** All fields of a dissection with this name, in order; `name` may be an aggregate (`ip.addr`). Depth first. */
export function fieldsNamed(fields: readonly Field[], name: string): readonly Field[] {
  const found: Field[] = [];
  const walk = (list: readonly Field[]): void => {
    for (const f of list) {
      if (f.name === name) found.push(f);
      walk(f.children);
    }
  };
  walk(fields);
  return found;
}
