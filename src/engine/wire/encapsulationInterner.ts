// What wraps the innermost IP, as a small number: equal wrapping on the same interface is equal by number.
import { WordTable } from '../../base/hashTable.ts';
import type { Encapsulation } from '../model/packetTable.ts';
import { LAYER_NAMES } from './layers.ts';

/** Ids are a 16-bit column; a capture with more kinds of wrapping than this is hostile, and what comes later shares id 0. */
const MOST = 0xffff;

/** The layers walked so far of one record, as codes. `high` and `low` identify the list. */
export class LayerList {
  readonly codes = new Uint8Array(40);
  length = 0;
  high = 0;
  low = 0;

  clear(): void {
    this.length = 0;
    this.high = 0x811c9dc5 | 0;
    this.low = 0x1b873593;
  }

  push(code: number): void {
    if (this.length < this.codes.length) this.codes[this.length++] = code;
    this.high = Math.imul(this.high ^ code, 0x01000193);
    this.low = Math.imul(this.low ^ (code + 0x9e3779b9), 0x85ebca6b);
    this.low ^= this.low >>> 13;
  }
}

export class EncapsulationInterner {
  #table = new WordTable(8);
  #entries: Encapsulation[] = [{ interfaceId: 0, interfaceName: null, linkType: 0, layers: [], packetType: -1 }];

  /** @param origin number of the interface within the capture point (sections and files count on), so that names never mix */
  intern(
    layers: LayerList,
    origin: number,
    interfaceId: number,
    interfaceName: string | null,
    linkType: number,
    packetType: number,
  ): number {
    const c = Math.imul(origin, 0x9e3779b1) ^ interfaceId;
    const d = (linkType << 8) ^ (packetType & 0xff);
    const known = this.#table.get(layers.high, layers.low, c, d);
    if (known !== 0 || this.#entries.length >= MOST) return known;
    const names = Array.from(layers.codes.subarray(0, layers.length), (code) => LAYER_NAMES[code] ?? '?');
    this.#entries.push({ interfaceId, interfaceName, linkType, layers: names, packetType });
    this.#table.add(layers.high, layers.low, c, d, this.#entries.length - 1);
    return this.#entries.length - 1;
  }

  entries(): readonly Encapsulation[] {
    return this.#entries.slice();
  }
}
