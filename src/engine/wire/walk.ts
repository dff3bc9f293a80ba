// The walk through one record: link layer, shims, tunnels, IP, until a transport or something nobody asked for.
import * as C from './cursor.ts';
import { ip, ipv4, ipv6, transport } from './ip.ts';
import { ethernet, LOWEST_ETHERTYPE, llc, mpls, pass, ppp, pppoe, startLink, vlan } from './linkLayers.ts';
import { ETHERTYPE_SHIMS } from './shims.ts';
import { NSH, nsh } from './tunnels.ts';
import { wlan } from './wireless.ts';

/** Headers of any kind in one record. The deepest real stacks stay below 20. */
const MOST_STEPS = 48;

/**
 * Walks from a record's first octet to its innermost transport. Afterwards `cursor.found` says which it is and `cursor.at` stands on
 * its header; `family` 0 means no IP was found.
 */
export function walk(c: C.Cursor, linkType: number): void {
  startLink(c, linkType);
  for (let steps = 0; c.next !== C.STOP && steps < MOST_STEPS; steps++) {
    switch (c.next) {
      case C.ETHERNET:
        ethernet(c);
        break;
      case 0x0800:
        ipv4(c);
        break;
      case C.TRANSPORT:
        transport(c);
        break;
      case 0x86dd:
        ipv6(c);
        break;
      case 0x8100:
      case 0x88a8:
      case 0x9100:
      case 0x9200:
        vlan(c);
        break;
      case C.IP:
        ip(c);
        break;
      case 0x8847:
      case 0x8848:
      case C.MPLS:
        mpls(c);
        break;
      case 0x8864:
        pppoe(c);
        break;
      case C.PPP:
      case 0x880b:
        ppp(c);
        break;
      case C.LLC:
        llc(c);
        break;
      case C.WLAN:
        wlan(c);
        break;
      case NSH:
        nsh(c);
        break;
      case 0x6558: // transparent Ethernet bridging
        c.next = C.ETHERNET;
        break;
      default:
        rare(c);
    }
  }
}

/** A link type that a header named, or an EtherType of which only the length matters. */
function rare(c: C.Cursor): void {
  const { next } = c;
  c.next = C.STOP;
  if (next >= C.LINK && next < LOWEST_ETHERTYPE) {
    startLink(c, next - C.LINK);
    return;
  }
  const shim = ETHERTYPE_SHIMS.get(next);
  if (shim) pass(c, shim);
}
