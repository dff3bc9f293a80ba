// The mapping of a new connection: destination by rule, source by masquerade, another source port where the tuple is taken.
import type { Entry } from './entry.ts';
import type { EntryTable } from './entryTable.ts';
import type { Segment } from './segment.ts';

interface Target {
  readonly address: number;
  readonly port: number;
}

const FIRST_PORT = 1024;
const PORTS = 65_536 - FIRST_PORT;
/** Multiplies a port into another one far away, so that neighbours do not collide again. Any odd number does. */
const STRIDE = 40_503;

const keyOf = (address: number, port: number): number => address * 65_536 + port;

/** Service rules of the node. They are asked for the first packet of an entry only; changing them does not touch live entries. */
export class NatRules {
  private readonly services = new Map<number, Target>();
  private masquerade = -1;
  private wantedPort = 0;

  setService(address: number, port: number, backendAddress: number, backendPort: number): void {
    this.services.set(keyOf(address, port), { address: backendAddress, port: backendPort });
  }

  removeService(address: number, port: number): void {
    this.services.delete(keyOf(address, port));
  }

  /** Source address of everything that is sent to a backend; −1: the client's own. */
  setMasquerade(address: number): void {
    this.masquerade = address;
  }

  /** The port that NAT chose in reality, where it is known; 0: choose by counting. */
  preferPort(port: number): void {
    this.wantedPort = port;
  }

  /** Writes both tuples of a new entry. Source: nf_nat_core.c get_unique_tuple(). */
  map(entry: Entry, s: Segment, table: EntryTable, now: number): void {
    const t = entry.tuples;
    const target = this.services.get(keyOf(s.destinationAddress, s.destinationPort));
    t[0] = s.sourceAddress;
    t[1] = s.sourcePort;
    t[2] = s.destinationAddress;
    t[3] = s.destinationPort;
    t[4] = target ? target.address : s.destinationAddress;
    t[5] = target ? target.port : s.destinationPort;
    t[6] = target && this.masquerade >= 0 ? this.masquerade : s.sourceAddress;
    t[7] = s.sourcePort;
    if (target && this.masquerade >= 0 && this.wantedPort > 0) t[7] = this.wantedPort;
    if (table.find(t[4], t[5], t[6], t[7], now) < 0) return;
    entry.hasChangedPort = true;
    const wanted =
      this.wantedPort > 0 && this.wantedPort !== s.sourcePort ? this.wantedPort : FIRST_PORT + ((s.sourcePort * STRIDE) % PORTS);
    for (let tries = 0, port = wanted; tries < PORTS; tries++, port = FIRST_PORT + ((port + 1) % PORTS)) {
      t[7] = port;
      if (table.find(t[4], t[5], t[6], port, now) < 0) return;
    }
  }
}
