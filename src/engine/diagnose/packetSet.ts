// A set of packets, one bit a row: findings may tell of most of what was captured.
import type { Workspace } from '../model/correlation.ts';
import type { PacketRef } from '../model/units.ts';

export class PacketSet {
  readonly #bits: readonly Uint8Array[];

  constructor({ taps }: Workspace) {
    this.#bits = taps.map(({ packets }) => new Uint8Array((packets.length >> 3) + 1));
  }

  add({ tap, row }: PacketRef): void {
    this.#bits[tap][row >> 3] |= 1 << (row & 7);
  }

  has({ tap, row }: PacketRef): boolean {
    return (this.#bits[tap][row >> 3] & (1 << (row & 7))) !== 0;
  }
}
