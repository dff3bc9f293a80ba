// Section 13 of the conntrack rules: what differs between kernels. Each switch by an exchange that shows it, on every profile.
import { describe, expect, test } from 'vitest';
import { OPENED, type Tracked, track, trackLast } from '../../testing/exchange.ts';
import { PROFILES, type Profile, type TrackerSettings } from '../model/verdict.ts';
import { Entry, WINDOW_SCALE } from './entry.ts';
import { Outcome } from './outcome.ts';
import { profileOfKernel, resolveRules, SWITCHES, type Switches } from './profiles.ts';
import { Segment } from './segment.ts';
import { KIND_SYN, SYN_SENT } from './states.ts';
import { testWindow } from './window.ts';

const FROM = {
  always: PROFILES,
  '5.1': ['5.4', '5.10', '5.15', '6.1', '6.18'],
  '4.20': ['5.4', '5.10', '5.15', '6.1', '6.18'],
  '5.10': ['5.10', '5.15', '6.1', '6.18'],
  '5.14': ['5.15', '6.1', '6.18'],
  '6.1': ['6.1', '6.18'],
  '6.2': ['6.18'],
} as const satisfies Readonly<Record<string, readonly Profile[]>>;

/** The server's highest octet is 401, acknowledged; the client's 111. */
const BUSY = `${OPENED}
  3ms reply    A seq=301 ack=101 len=100
  4ms original A seq=101 ack=401
  5ms reply    A seq=401 ack=101
  6ms original A seq=101 ack=401 len=10`;
/** 100,000 octets of the server's, acknowledged, windows of 1000. */
const STREAM = [
  OPENED,
  ...Array.from({ length: 100 }, (_, i) => [
    `${10 + i}ms reply A seq=${301 + i * 1000} ack=101 len=1000`,
    `${10 + i}ms original A seq=101 ack=${1301 + i * 1000}`,
  ]).flat(),
].join('\n');
const END = 100_301;

interface Difference {
  readonly name: string;
  readonly since: keyof typeof FROM;
  readonly exchange: string;
  readonly settings?: TrackerSettings;
  /** Does the last packet fare as on the newer kernels? */
  readonly isNew: (last: Tracked) => boolean;
}

const DIFFERENCES: readonly Difference[] = [
  {
    name: 'three-valued window result: an old retransmission',
    since: '6.1',
    exchange: `${STREAM}\n1s reply A seq=${END - 50_000} ack=101 len=100`,
    isNew: (p) => p.kind === 'established' && p.isIgnored,
  },
  {
    name: 'three-valued window result: an ACK that is far too late',
    since: '6.1',
    exchange: `${STREAM}\n1s original A seq=101 ack=${END - 70_000}`,
    isNew: (p) => p.kind === 'established' && p.isIgnored,
  },
  {
    name: 'three-valued window result: data a little beyond the window',
    since: '6.1',
    exchange: `${STREAM}\n1s reply A seq=${END + 1001} ack=101 len=10`,
    isNew: (p) => p.kind === 'established' && p.end[1] === END + 1011,
  },
  {
    name: 'an INVALID FIN shortens the life of an entry that is closing',
    since: '6.1',
    exchange: `${BUSY}\n7ms reply A seq=401 ack=111\n8ms reply FA seq=9000000 ack=111\n9ms original FA seq=9000000 ack=401`,
    isNew: (p) => p.kind === 'invalid' && p.timeout === 300,
  },
  {
    name: 'a RST must match exactly to close',
    since: '5.1',
    exchange: `${BUSY}\n7ms reply R seq=500`,
    isNew: (p) => p.state === 'ESTABLISHED' && p.timeout === 10,
  },
  {
    name: 'a RST is unchecked once closing',
    since: '5.14',
    exchange: `${BUSY}\n7ms original FA seq=111 ack=401\n8ms reply R seq=1`,
    isNew: (p) => p.kind === 'established' && p.state === 'CLOSE',
  },
  {
    name: 'a RST with sequence number 0 is let off before ESTABLISHED',
    since: '5.14',
    exchange: '0ms original S seq=100\n1ms reply SA seq=300 ack=101\n2ms original R seq=0',
    isNew: (p) => p.reason !== 'invalid rst',
  },
  {
    name: 'maxack is forgotten after a SYN',
    since: '5.14',
    exchange: `${BUSY}\n7ms original S seq=9000\n8ms reply RA seq=1 ack=9001`,
    isNew: (p) => p.kind === 'established' && p.state === 'CLOSE',
  },
  {
    name: 'sysctl ignore_invalid_rst',
    since: '5.14',
    exchange: `${BUSY}\n7ms reply R seq=400`,
    settings: { ignore_invalid_rst: true },
    isNew: (p) => p.kind === 'established',
  },
  {
    name: 'SYN and SYN/ACK start again in both directions',
    since: '6.1',
    exchange: '0ms original S seq=100\n1ms reply S seq=300\n2ms original SA seq=100 ack=301\n3ms original SA seq=5000 ack=301',
    isNew: (p) => p.kind === 'established' && p.end[0] === 5001,
  },
  {
    name: 'data in SYN_RECV no longer starts the server’s side again: its window stays the largest it announced',
    since: '6.1',
    exchange: `0ms original S seq=100 win=1000 wscale=2
      1ms reply SA seq=300 ack=101 win=200 wscale=2
      2ms reply A seq=301 ack=101 win=10 len=50`,
    isNew: (p) => p.maxwin[1] === 200,
  },
  {
    name: 'LIBERAL survives a resync',
    since: '6.1',
    exchange: '0ms original A seq=1 ack=1\n1ms original S seq=9000 sackok\n2ms reply SA seq=50 ack=9001',
    isNew: (p) => ((p.flags[1] ?? 0) & 8) !== 0,
  },
  {
    name: 'LIBERAL survives the options of a SYN/ACK',
    since: '6.1',
    exchange: '0ms original A seq=1 ack=1\n1ms original S seq=9000 sackok\n2ms reply SA seq=50 ack=9001 sackok',
    isNew: (p) => ((p.flags[1] ?? 0) & 8) !== 0,
  },
  {
    name: 'a retransmitted SYN does not renew the timer',
    since: '5.14',
    exchange: '0s original S seq=100\n50s original S seq=100',
    isNew: (p) => p.timeout === 70,
  },
  {
    name: 'the answer to a keep-alive',
    since: '5.10',
    exchange: '0ms original A seq=99 ack=500\n1ms reply A seq=500 ack=100',
    isNew: (p) => p.end[0] === 100,
  },
  {
    name: 'a closed window shortens the life',
    since: '4.20',
    exchange: `${BUSY}\n7ms reply A seq=401 ack=111\n8ms original A seq=111 ack=401 win=0`,
    isNew: (p) => p.timeout === 300,
  },
  {
    name: 'a RST that answers a challenge ACK in SYN_SENT',
    since: '6.1',
    exchange: '0ms original S seq=100\n1ms reply A seq=50 ack=7777777\n2ms original R seq=7777777',
    isNew: (p) => p.kind === 'established' && p.end[0] === 101,
  },
  {
    name: 'a RST answers a SYN of the other direction only',
    since: '6.1',
    exchange: `${OPENED}\n3ms original S seq=900000\n4ms original RA seq=8000000 ack=900001`,
    isNew: (p) => p.kind === 'invalid',
  },
  {
    name: 'retransmissions are recognised by the window as sent, not scaled',
    since: '5.1',
    exchange: `0ms original S seq=100 win=1000 wscale=7
      1ms reply SA seq=300 ack=101 win=1000 wscale=7
      2ms original A seq=101 ack=301 win=1000
      3ms reply A seq=301 ack=101 win=1000${'\n5s original A seq=101 ack=301 win=1000 len=5'.repeat(4)}`,
    settings: { timeouts: { unacknowledged: 500 } },
    isNew: (p) => p.timeout === 300,
  },
  {
    name: 'sentences carry bounds',
    since: '6.1',
    exchange: `${STREAM}\n1s original A seq=101 ack=${END + 1}`,
    isNew: (p) => /upper bound \d/.test(p.reason ?? ''),
  },
  {
    name: 'the sentence `invalid new`',
    since: '6.2',
    exchange: '0ms reply SA seq=100 ack=9',
    isNew: (p) => p.reason === 'invalid new',
  },
];

describe('13 what differs between kernels', () => {
  test.each(DIFFERENCES)('13 $name ($since)', ({ since, exchange, settings, isNew }) => {
    const has = PROFILES.filter((profile) => isNew(trackLast(profile, exchange, settings)));
    expect(has).toEqual(FROM[since]);
  });
  test('13 both ends must offer window scaling: looked at for the reply only (6.8 and back-ports), for any first SYN before', () => {
    const agreed = PROFILES.filter((profile) => {
      const entry = new Entry();
      entry.state = SYN_SENT;
      entry.sides[1].maxwin = 1000;
      entry.sides[1].scale = 5;
      entry.sides[1].flags = WINDOW_SCALE;
      const s = new Segment();
      s.flags = 2;
      s.hasOptions = true;
      testWindow(entry, 0, KIND_SYN, s, resolveRules(profile, {}), new Outcome());
      return entry.sides[1].scale === 5;
    });
    expect(agreed).toEqual(FROM['6.1']);
  });
  test('13 every switch changes somewhere between the oldest profile and the newest', () => {
    const names = Object.keys(SWITCHES['6.18']) as (keyof Switches)[];
    for (const name of names) expect(new Set(PROFILES.map((p) => SWITCHES[p][name])).size, name).toBeGreaterThan(1);
  });
  test('13 5.15 is between 5.10 and 6.1: RSTs and SYNs as later, windows as before', () => {
    const changed = (a: Profile, b: Profile) =>
      Object.keys(SWITCHES[a]).filter((k) => SWITCHES[a][k as keyof Switches] !== SWITCHES[b][k as keyof Switches]);
    expect(changed('5.10', '5.15')).toEqual(['forgivesRst', 'hasIgnoreInvalidRst', 'keepsSynTimer']);
    expect(changed('5.4', '5.10')).toEqual(['knowsKeepAlive']);
    expect(changed('4.15', '5.4')).toEqual(['needsExactRst', 'hasZeroWindowTimeout', 'comparesScaledWindow', 'logPrefix']);
  });
  test('13 a kernel release is judged by the profile of its generation', () => {
    expect(
      ['4.14.1', '4.18.0-477.el8', '5.4.124', '5.9', '5.10.46', '5.13', '5.14', '5.15.0-91', '6.0', '6.1.176', '6.2', '6.18.44'].map(
        profileOfKernel,
      ),
    ).toEqual(['4.15', '4.15', '5.4', '5.4', '5.10', '5.10', '5.15', '5.15', '5.15', '6.1', '6.18', '6.18']);
  });
  test('7.7 what was learnt from a stream is the same on every profile', () => {
    const learnt = PROFILES.map((p) => track(p, STREAM).map((v) => [v.kind, v.state, v.end, v.maxend, v.maxwin]));
    for (const other of learnt) expect(other).toEqual(learnt[0]);
  });
});
