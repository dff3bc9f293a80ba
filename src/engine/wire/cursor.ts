// Where the walk through one record's layers stands: one object for all records, so that walking allocates nothing.
import { LayerList } from './encapsulationInterner.ts';
import { Reassembler } from './fragments.ts';

/** What comes next at `at`: one of these steps, or an EtherType (0x0600 and up). */
export const STOP = 0;
export const ETHERNET = 1;
/** IPv4 or IPv6 by the version nibble. */
export const IP = 2;
export const PPP = 3;
export const LLC = 4;
export const MPLS = 5;
/** `protocol` says which IP protocol. */
export const TRANSPORT = 6;
export const WLAN = 7;
/** LINK + n: a record of link type n, below the EtherTypes. */
export const LINK = 0x100;

/** What the walk found innermost. */
export const OTHER = 0;
export const TCP = 1;
export const UDP = 2;
export const ICMP = 3;

/** Nested IP headers beyond this are not followed: no network sends them, attackers do. */
export const MOST_NESTED_IP = 16;

export class Cursor {
  view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  /** End of what was captured of the current layer, and of what it has on the wire. `end` ≤ `limit` but for lying lengths. */
  end = 0;
  limit = 0;
  next = STOP;
  found = OTHER;
  protocol = 0;
  /** 4 or 6 once an IP header was walked, and where its addresses are. */
  family = 0;
  source = 0;
  destination = 0;
  ttl = 0;
  ipId = 0;
  nested = 0;
  /** SLL and SLL2 only, else −1. */
  packetType = -1;
  /** SLL2's interface index, else −1. */
  interfaceIndex = -1;
  /** Innermost VLAN, 0 without: fragments of different VLANs are not put together. */
  vlan = 0;
  /** 802.11 only: the header is padded to four octets. */
  isPadded = false;
  /** What follows comes from several records: `view` holds its first octets only, though all were captured. */
  isReassembled = false;
  readonly layers = new LayerList();
  readonly reassembler = new Reassembler();

  start(view: DataView, at: number, end: number, limit: number): void {
    this.view = view;
    this.at = at;
    this.end = end;
    this.limit = limit;
    this.next = STOP;
    this.found = OTHER;
    this.protocol = 0;
    this.family = 0;
    this.ttl = 0;
    this.ipId = 0;
    this.nested = 0;
    this.vlan = 0;
    this.isPadded = false;
    this.packetType = -1;
    this.interfaceIndex = -1;
    this.isReassembled = false;
    this.layers.clear();
  }

  /** Are `octets` more of this layer captured? */
  has(octets: number): boolean {
    return this.at + octets <= this.end;
  }

  /** Moves past a header of a layer that wraps something. */
  enter(layer: number, octets: number, next: number): void {
    this.layers.push(layer);
    this.at += octets;
    this.next = next;
  }
}
