// Sections 0, 4, 5, 9, 10, 11 and 14 of the conntrack rules: the table's limits, what NAT and rules around the tracker do, and facts that surprise.
import { describe, expect, test } from 'vitest';
import { OPENED, track, trackLast } from '../../testing/exchange.ts';
import { ACK, SYN } from '../model/packetTable.ts';
import { PROFILES, type TrackerSettings, V_DROPPED, V_ESTABLISHED, V_INVALID, V_NEW } from '../model/verdict.ts';
import { NatRules } from './nat.ts';
import { L_TABLE_FULL } from './outcome.ts';
import { resolveRules } from './profiles.ts';
import { BAD_CHECKSUM, HEALTHY, Segment } from './segment.ts';
import { NEXT_STATE, STATE_NAMES } from './states.ts';
import { Tracker } from './tracker.ts';

const [SERVICE, SERVER, CLIENT] = [1, 2, 3];

/** A node whose packets are sent one by one: many clients by port, one service. */
function node(settings: TrackerSettings = {}) {
  const nat = new NatRules();
  nat.setService(SERVICE, 80, SERVER, 8080);
  const tracker = new Tracker(resolveRules('6.18', settings), nat);
  const s = new Segment();
  const send = (reply: boolean, port: number, flags: number, seq: number, ack: number, more: Partial<Segment> = {}) => {
    [s.sourceAddress, s.sourcePort] = reply ? [SERVER, 8080] : [CLIENT, port];
    [s.destinationAddress, s.destinationPort] = reply ? [CLIENT, port] : [SERVICE, 80];
    Object.assign(s, {
      time: s.time + 1e6,
      seq,
      ack,
      sack: ack,
      window: 1000,
      length: 0,
      flags,
      health: HEALTHY,
      isOfNode: false,
      isToNode: false,
      ...more,
    });
    return tracker.track(s);
  };
  const open = (port: number): void => {
    send(false, port, SYN, 100, 0);
    send(true, port, SYN | ACK, 300, 101);
    send(false, port, ACK, 101, 301);
  };
  return { tracker, nat, send, open };
}

describe('0 around the state machine', () => {
  test('0.2 an entry is found by either tuple, and not once its time is out', () => {
    const n = node();
    n.open(40_000);
    expect(n.send(true, 40_000, ACK, 301, 101)).toMatchObject({ verdict: V_ESTABLISHED, direction: 1 });
    expect(n.send(false, 40_000, ACK, 101, 301)).toMatchObject({ verdict: V_ESTABLISHED, direction: 0 });
    expect(n.send(true, 40_000, SYN | ACK, 301, 101, { time: 1e18 }).verdict).toBe(V_INVALID);
  });
  test('0.5 a deleted entry makes the packet start again as the first of a new one', () => {
    const closed = `${OPENED}\n3ms original R seq=101\n4ms original S seq=7000`;
    expect(trackLast('6.18', closed)).toMatchObject({ kind: 'new', state: 'SYN_SENT', direction: 'original', isAssured: false });
  });
  test.each(['0.6 a rule is asked for the first packet only', '10.1 new rules change no live entry'])('%s', () => {
    const n = node();
    n.open(40_000);
    n.nat.setService(SERVICE, 80, 99, 9999);
    expect(n.send(false, 40_000, ACK, 101, 301)).toMatchObject({ destinationAddress: SERVER, destinationPort: 8080 });
    expect(n.send(false, 40_001, SYN, 100, 0)).toMatchObject({ destinationAddress: 99, destinationPort: 9999 });
  });
  test('0.8 a reply gets the service’s address back', () => {
    const n = node();
    n.open(40_000);
    expect(n.send(true, 40_000, ACK, 301, 101)).toMatchObject({ sourceAddress: SERVICE, sourcePort: 80, isTranslated: true });
  });
  test('0.9 where every port is taken the new entry finds its tuple in use: dropped, as insert_failed counts', () => {
    const n = node();
    // The server speaks first to every port of the client: each is an entry of its own that holds the tuple.
    for (let port = 1; port < 65_536; port++) n.send(true, port, ACK, 1, 1);
    expect(n.send(false, 40_000, SYN, 100, 0)).toMatchObject({ verdict: V_DROPPED, isInsertFailed: true, entry: null });
  });
  test('2.3 the node’s own packets are not looked at for checksums', () => {
    const n = node();
    n.open(40_000);
    expect(n.send(true, 40_000, ACK, 301, 101, { health: BAD_CHECKSUM }).verdict).toBe(V_INVALID);
    expect(n.send(true, 40_000, ACK, 301, 101, { health: BAD_CHECKSUM, isOfNode: true }).verdict).toBe(V_ESTABLISHED);
  });
});

describe('4, 5 and 9: first packets, exceptions, the full table', () => {
  test('4.7 the first packet passes the window test whatever it holds', () => {
    for (const profile of PROFILES) {
      expect(trackLast(profile, '0ms original A seq=4294967295 ack=4000000000 win=0 len=1460 sack=5').kind).toBe('new');
      expect(trackLast(profile, '0ms original S seq=4294967295 ack=77 win=0 len=9').kind).toBe('new');
    }
  });
  test('5.1 the whole state table', () => {
    const table = `
      SS SS IG IG IG IG IG SS SS S2 | IV IV SR IV IV IV IV IV IV SR | IV IV FW FW LA LA LA TW CL IV
      ES IV ES ES CW CW TW TW CL IV | IV CL CL CL CL CL CL CL CL CL | IV IV IV IV IV IV IV IV IV IV
      IV S2 IV IV IV IV IV SS IV S2 | IV SR IG IG IG IG IG IG IG SR | IV IV FW FW LA LA LA TW CL IV
      IV IG SR ES CW CW TW TW CL IG | IV CL CL CL CL CL CL CL CL CL | IV IV IV IV IV IV IV IV IV IV`;
    const letters = ['NO', 'SS', 'SR', 'ES', 'FW', 'CW', 'LA', 'TW', 'CL', 'S2', 'IG', 'IV'];
    expect([...NEXT_STATE].map((s) => letters[s])).toEqual(table.split(/[\s|]+/).filter((w) => w !== ''));
    expect(STATE_NAMES).toHaveLength(10);
  });
  test('5.7 with a SYN proxy a client’s keep-alive passes in SYN_SENT; without, it is INVALID', () => {
    const exchange = '0ms original S seq=100\n1ms original A seq=100 ack=7';
    expect(trackLast('6.18', exchange, { synproxy: true })).toMatchObject({
      kind: 'new',
      isIgnored: true,
      isTranslated: true,
      state: 'SYN_SENT',
    });
    expect(trackLast('6.18', exchange).kind).toBe('invalid');
    expect(trackLast('6.18', '0ms original S seq=100\n1ms original A seq=101 ack=7', { synproxy: true }).kind).toBe('invalid');
  });
  test('9.8 a full table gives up an entry that was never assured for a new one', () => {
    const n = node({ maxEntries: 2 });
    n.open(40_000);
    n.send(false, 40_001, SYN, 100, 0);
    expect(n.send(false, 40_002, SYN, 100, 0).verdict).toBe(V_NEW);
    expect(n.tracker.table.size).toBe(2);
    expect(n.send(false, 40_000, ACK, 101, 301).verdict).toBe(V_ESTABLISHED);
    expect(n.send(true, 40_001, SYN | ACK, 300, 101).verdict).toBe(V_INVALID);
  });
  test('9.8 or one that is closing', () => {
    const n = node({ maxEntries: 1 });
    n.open(40_000);
    n.send(false, 40_000, 0x11, 101, 301);
    expect(n.send(false, 40_001, SYN, 100, 0).verdict).toBe(V_NEW);
  });
  test('9.8 where none may go the new packet is dropped, and live connections go on', () => {
    const n = node({ maxEntries: 1 });
    n.open(40_000);
    expect(n.send(false, 40_001, SYN, 100, 0)).toMatchObject({ verdict: V_DROPPED, log: L_TABLE_FULL, entry: null });
    expect(n.send(false, 40_000, ACK, 101, 301).verdict).toBe(V_ESTABLISHED);
    expect(n.tracker.table.size).toBe(1);
  });
  test('9.8 an entry whose time is out makes room as well', () => {
    const n = node({ maxEntries: 1 });
    n.open(40_000);
    expect(n.send(false, 40_001, SYN, 100, 0, { time: 1e18 }).verdict).toBe(V_NEW);
  });
});

describe('10 and 11: NAT, and rules beside it', () => {
  const FAR = `${OPENED}\n3ms original A seq=9000000 ack=301 len=10`;
  test('10.4 an INVALID client packet stays addressed to the service', () => {
    expect(trackLast('6.18', FAR)).toMatchObject({ kind: 'invalid', isTranslated: false });
  });
  test('10.6 a taken tuple means another port, and nobody is told', () => {
    const [, data] = track('6.18', '0ms reply A seq=100 ack=9 len=10\n1ms original A seq=9 ack=100 len=10');
    expect(data).toMatchObject({ kind: 'new', isTranslated: true, reason: null });
    expect(data?.clientPort).not.toBe(40_000);
  });
  test('11.1 a rule in FORWARD does not see what is delivered to the node itself', () => {
    const n = node({ dropInvalid: true });
    n.open(40_000);
    expect(n.send(true, 40_000, ACK, 9_000_000, 101).verdict).toBe(V_DROPPED);
    expect(n.send(true, 40_000, ACK, 9_000_000, 101, { isToNode: true }).verdict).toBe(V_INVALID);
  });
  test('11.2 with the rule an INVALID packet is lost instead of leaking', () => {
    expect(trackLast('6.18', FAR, { dropInvalid: true })).toMatchObject({ kind: 'dropped', isTranslated: false, state: 'ESTABLISHED' });
  });
  test('11.4 the rule does not catch what is picked up in reverse', () => {
    expect(trackLast('6.18', '0ms reply A seq=100 ack=9 len=10', { dropInvalid: true })).toMatchObject({
      kind: 'new',
      isTranslated: false,
    });
  });
  test('11.5 with be_liberal a RST below the highest ACK stays INVALID', () => {
    const exchange = `${OPENED}\n3ms reply A seq=301 ack=101 len=100\n4ms original A seq=101 ack=401\n5ms reply R seq=400`;
    for (const profile of PROFILES) expect(trackLast(profile, exchange, { be_liberal: true }).kind).toBe('invalid');
  });
});

describe('8 where window errors come from', () => {
  test('8.1 a node that sees one direction only calls its ACKs of what it did not see INVALID', () => {
    for (const profile of PROFILES) expect(trackLast(profile, `${OPENED}\n3ms original A seq=101 ack=5000`).kind).toBe('invalid');
  });
  test('8.3 a side that offers no scaling takes it from both', () => {
    expect(trackLast('6.18', '0ms original S seq=100 wscale=7 sackok\n1ms reply SA seq=300 ack=101 sackok').scale).toEqual([0, 0]);
  });
  test('8.5 what was picked up has no window errors', () => {
    const last = trackLast('5.10', '0ms original A seq=100 ack=9\n1ms reply A seq=3000000000 ack=9 len=100');
    expect(last).toMatchObject({ kind: 'established', reason: null });
  });
  test('8.6 a SACK above what was seen is INVALID', () => {
    const exchange = '0ms original S seq=100 sackok\n1ms reply SA seq=300 ack=101 sackok\n2ms original A seq=101 ack=301 sack=900';
    for (const profile of PROFILES) expect(trackLast(profile, exchange).reason).toMatch(/^ACK is over/);
  });
  test('8.7 the ACK that overtakes its data on another processor is INVALID for that moment', () => {
    const [data, ack] = ['reply A seq=301 ack=101 len=100', 'original A seq=101 ack=401'];
    expect(trackLast('6.18', `${OPENED}\n3ms ${data}\n4ms ${ack}`).kind).toBe('established');
    expect(
      track('6.18', `${OPENED}\n3ms ${ack}\n4ms ${data}`)
        .slice(-2)
        .map((v) => v.kind),
    ).toEqual(['invalid', 'established']);
  });
});

describe('14 facts that surprise', () => {
  test('14.3 be_liberal leaves the records behind, so that what follows is out of window as well', () => {
    const exchange = `${OPENED}\n3ms reply A seq=5000000 ack=101 len=100\n4ms original A seq=101 ack=5000100`;
    expect(trackLast('6.18', exchange, { be_liberal: true })).toMatchObject({ kind: 'established', end: [101, 301] });
    expect(trackLast('6.18', exchange).kind).toBe('invalid');
  });
  test('14.8 a retransmitted FIN moves on to LAST_ACK, the next ACK of either side to TIME_WAIT', () => {
    const fin = '\n3ms original FA seq=101 ack=301';
    expect(
      track('6.18', `${OPENED}${fin}${fin}\n5ms reply A seq=301 ack=102`)
        .slice(-3)
        .map((v) => [v.state, v.timeout]),
    ).toEqual([
      ['FIN_WAIT', 120],
      ['LAST_ACK', 30],
      ['TIME_WAIT', 120],
    ]);
  });
  test('14.10 data after a closing RST still passes, and refreshes the 10 s', () => {
    const exchange = `${OPENED}\n3ms original R seq=101\n9s reply A seq=301 ack=101 len=10`;
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'established', isTranslated: true, state: 'CLOSE', timeout: 10 });
  });
  test('14.12 an INVALID RST is noted all the same (6.1): the RST behind the data it hid is inexact', () => {
    const data = `${OPENED}\n3ms reply A seq=301 ack=101 len=50\n4ms original A seq=101 ack=351\n5ms reply A seq=351 ack=101 len=50`;
    const noted = `${data}\n6ms reply R seq=9000000\n7ms reply R seq=401`;
    expect(trackLast('6.18', data.concat('\n7ms reply R seq=401')).state).toBe('CLOSE');
    expect(trackLast('6.18', noted).state).toBe('ESTABLISHED');
    expect(trackLast('5.15', noted).state).toBe('CLOSE');
  });
});
