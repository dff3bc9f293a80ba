// Section 12 of the conntrack rules: IPVS's own table.
import { describe, expect, test } from 'vitest';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import { I_DROPS, I_FORWARDS, I_NODE_RESETS, I_PASSES, I_UNREACHABLE, type IpvsSettings, IpvsTable } from './ipvs.ts';
import { Segment } from './segment.ts';

const SERVICE = 2;

function bench(settings: IpvsSettings = {}) {
  const table = new IpvsTable(settings);
  const s = new Segment();
  const at = (seconds: number, flags: number): void => {
    s.time = seconds * 1e9;
    s.flags = flags;
  };
  return {
    client(seconds: number, flags: number): number {
      at(seconds, flags);
      [s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort] = [1, 40_000, SERVICE, 80];
      return table.fromClient(s);
    },
    server(seconds: number, flags: number): number {
      at(seconds, flags);
      [s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort] = [3, 8080, 1, 40_000];
      return table.fromServer(s, SERVICE, 80);
    },
    weigh: (hasBackend: boolean) => table.setHasBackend(hasBackend),
    remove: () => table.removeBackend(1, 40_000, SERVICE, 80),
  };
}

describe('12 IPVS', () => {
  test('12.2 an established connection lives 900 s after its last packet', () => {
    const b = bench();
    expect([b.client(0, SYN), b.server(0.1, SYN | ACK), b.client(0.2, ACK), b.client(899, ACK)]).toEqual(Array(4).fill(I_FORWARDS));
    expect(b.client(1798, ACK)).toBe(I_FORWARDS);
    expect(b.client(1798 + 900, ACK)).toBe(I_NODE_RESETS);
  });
  test('12.2 `ipvsadm --set` changes the timeouts, also of a half-closed connection', () => {
    const b = bench({ tcp: 3, tcpfin: 5 });
    b.client(0, SYN);
    b.server(0.1, SYN | ACK);
    b.client(0.2, ACK);
    expect(b.client(3.3, ACK)).toBe(I_NODE_RESETS);
    b.client(10, SYN);
    b.client(10.1, ACK);
    b.server(10.2, FIN | ACK);
    expect(b.server(15.1, ACK)).toBe(I_FORWARDS);
    expect(b.server(20.2, ACK)).toBe(I_PASSES);
  });
  test('12.5 only a SYN is scheduled; with sloppy_tcp anything but a RST', () => {
    expect(bench().client(0, ACK)).toBe(I_NODE_RESETS);
    expect(bench({ sloppyTcp: true }).client(0, ACK)).toBe(I_FORWARDS);
    expect(bench({ sloppyTcp: true }).client(0, RST)).toBe(I_NODE_RESETS);
  });
  test('12.6 a reply of an unknown connection passes untranslated', () => {
    expect(bench().server(0, ACK)).toBe(I_PASSES);
  });
  test('12.8 a SYN on a connection in TIME_WAIT opens anew as conn_reuse_mode says; before 5.9 only its retransmission does', () => {
    const closed = (settings: IpvsSettings) => {
      const b = bench(settings);
      b.client(0, SYN);
      b.client(0.1, ACK);
      b.client(0.2, FIN | ACK);
      b.server(0.3, FIN | ACK);
      return b;
    };
    expect(closed({ connReuseMode: 0, dropsReusedSyn: true }).client(1, SYN)).toBe(I_FORWARDS);
    expect(closed({ connReuseMode: 1 }).client(1, SYN)).toBe(I_FORWARDS);
    const old = closed({ connReuseMode: 1, dropsReusedSyn: true });
    expect([old.client(1, SYN), old.client(2, SYN), old.client(2.1, ACK)]).toEqual([I_DROPS, I_FORWARDS, I_FORWARDS]);
  });
  test('12.9 without a backend a SYN is answered by ICMP port unreachable', () => {
    const b = bench();
    b.weigh(false);
    expect(b.client(0, SYN)).toBe(I_UNREACHABLE);
  });
  test('12.10 a backend of weight 0 keeps its connections and gets no new one', () => {
    const b = bench();
    b.client(0, SYN);
    b.client(0.1, ACK);
    b.weigh(false);
    expect([b.client(1, ACK), b.server(1.1, ACK)]).toEqual([I_FORWARDS, I_FORWARDS]);
    expect(b.client(1000, SYN)).toBe(I_UNREACHABLE);
  });
  test('12.7 a removed backend: dropped, or with expire_nodest_conn reset by the node', () => {
    for (const [expireNodestConn, expected] of [
      [false, I_DROPS],
      [true, I_NODE_RESETS],
    ] as const) {
      const b = bench({ expireNodestConn });
      b.client(0, SYN);
      b.client(0.1, ACK);
      b.remove();
      expect(b.client(1, ACK)).toBe(expected);
    }
  });
});
