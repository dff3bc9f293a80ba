// How many packets a second the conntrack model judges: many connections through DNAT, data one way, ACKs the other, some strays.
import { NatRules } from '../engine/conntrack/nat.ts';
import { resolveRules } from '../engine/conntrack/profiles.ts';
import { Segment } from '../engine/conntrack/segment.ts';
import { Tracker } from '../engine/conntrack/tracker.ts';
import { ACK, SYN } from '../engine/model/packetTable.ts';
import { type Profile, V_INVALID } from '../engine/model/verdict.ts';

const CONNECTIONS = 256;
const MSS = 1448;
const SERVICE = 1;
const SERVER = 2;
const FIRST_CLIENT = 100;

/** Pushes `count` packets through one tracker. @returns how many were INVALID, so that nothing can be optimised away */
export function pushPackets(profile: Profile, count: number): { packets: number; invalid: number } {
  const nat = new NatRules();
  nat.setService(SERVICE, 80, SERVER, 8080);
  const tracker = new Tracker(resolveRules(profile, {}), nat);
  const s = new Segment();
  s.hasOptions = true;
  const sent = new Uint32Array(CONNECTIONS);
  const send = (reply: boolean, connection: number, flags: number, seq: number, ack: number, length: number): number => {
    s.sourceAddress = reply ? SERVER : FIRST_CLIENT + connection;
    s.sourcePort = reply ? 8080 : 40_000;
    s.destinationAddress = reply ? FIRST_CLIENT + connection : SERVICE;
    s.destinationPort = reply ? 40_000 : 80;
    s.seq = seq;
    s.ack = ack;
    s.sack = ack;
    s.window = 0x7fff;
    s.length = length;
    s.flags = flags;
    s.time += 1000;
    return tracker.track(s).verdict === V_INVALID ? 1 : 0;
  };
  let invalid = 0;
  let packets = 3 * CONNECTIONS;
  for (let c = 0; c < CONNECTIONS; c++) {
    s.windowScale = 7;
    s.sackPermitted = true;
    send(false, c, SYN, 1000, 0, 0);
    send(true, c, SYN | ACK, 5000, 1001, 0);
    send(false, c, ACK, 1001, 5001, 0);
    sent[c] = 5001;
  }
  for (let c = 0; packets < count; packets += 3, c = (c + 1) % CONNECTIONS) {
    const seq = sent[c];
    const isOld = packets % 97 === 0;
    invalid += send(true, c, ACK, isOld ? (seq - 50_000_000) >>> 0 : seq, 1001, MSS);
    invalid += send(true, c, ACK, (seq + MSS) >>> 0, 1001, MSS);
    sent[c] = seq + 2 * MSS;
    invalid += send(false, c, ACK, 1001, sent[c], 0);
  }
  return { packets, invalid };
}
