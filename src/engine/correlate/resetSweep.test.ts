import { describe, expect, test, vi } from 'vitest';
import { correlateTaps } from '../../testing/correlateTaps.ts';
import { CLIENT_ISN, type KnownReset, Scene, SERVER_ISN, type Style } from '../../testing/resetScenes.ts';
import type { Reset } from '../model/correlation.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Numbers after `open()`. */
const UP = CLIENT_ISN + 101;
const DOWN = SERVER_ISN + 3001;
const PROVOKES = 2000;

const scenes: Record<string, (s: Scene) => void> = {
  'the client aborts': (s) => {
    s.open();
    s.reset(50, 0, { origin: 'client', effect: 'kills', provoker: null }, { flags: 'RA', seq: UP, ack: DOWN });
  },
  'the server aborts': (s) => {
    s.open();
    s.reset(50, 1, { origin: 'server', effect: 'kills', provoker: null }, { flags: 'RA', seq: DOWN, ack: UP });
  },
  'the server aborts, not saying what it has': (s) => {
    s.open();
    s.reset(50, 1, { origin: 'server', effect: 'kills', provoker: null }, { flags: 'R', seq: DOWN, ack: 0 });
  },
  'the client has no socket any more for data': (s) => {
    s.open();
    s.data(50, 3, { win: PROVOKES });
    s.reset(53.1, 0, { origin: 'client', effect: 'kills', provoker: PROVOKES }, { flags: 'R', seq: UP, ack: 0 });
  },
  'the client has no socket for three in flight: the first kills': (s) => {
    s.open();
    for (let i = 0; i < 3; i++) s.data(50 + 0.2 * i, 3 + i, { win: PROVOKES + i });
    for (let i = 0; i < 3; i++)
      s.reset(
        53.1 + 0.2 * i,
        0,
        { origin: 'client', effect: i === 0 ? 'kills' : 'ignored', provoker: PROVOKES + i },
        { flags: 'R', seq: UP, ack: 0 },
      );
  },
  'the server aborts while data of its own is lost: beyond what the client has, at the edge of its SACK': (s) => {
    s.open();
    s.data(50, 3, { to: 3 });
    s.data(50.2, 4);
    s.send(53.3, 0, { flags: 'A', seq: UP, ack: DOWN, sack: [[DOWN + 1000, DOWN + 2000]] });
    s.reset(60, 1, { origin: 'server', effect: 'kills', provoker: null }, { flags: 'RA', seq: DOWN + 2000, ack: UP });
  },
  'the client aborts, the server’s data crosses it': (s) => {
    s.open();
    s.data(49, 3, { win: PROVOKES });
    s.reset(50, 0, { origin: 'client', effect: 'kills', provoker: null }, { flags: 'RA', seq: UP, ack: DOWN });
    s.reset(52.1, 0, { origin: 'client', effect: 'ignored', provoker: PROVOKES }, { flags: 'R', seq: UP, ack: 0 });
  },
  'the port is closed': (s) => {
    s.send(0, 0, { flags: 'S', seq: CLIENT_ISN, win: PROVOKES, mss: 1460 });
    s.reset(3.1, 1, { origin: 'server', effect: 'kills', provoker: PROVOKES }, { flags: 'RA', seq: 0, ack: CLIENT_ISN + 1 });
  },
  'an old connection is half-open: its ACK meets a SYN_SENT client': (s) => {
    s.send(0, 0, { flags: 'S', seq: CLIENT_ISN, mss: 1460 });
    s.send(3.1, 1, { flags: 'A', seq: SERVER_ISN, ack: CLIENT_ISN - 70_000, win: PROVOKES });
    s.reset(6.2, 0, { origin: 'client', effect: 'kills', provoker: PROVOKES }, { flags: 'R', seq: CLIENT_ISN - 70_000, ack: 0 });
  },
  'a leak is answered': (s) => {
    s.open();
    s.data(50, 3, { win: PROVOKES, leaked: true });
    s.reset(53.1, 0, { origin: 'client', effect: 'kills', provoker: PROVOKES }, { flags: 'R', seq: UP, ack: 0, leaked: true });
  },
  'a FIN is answered, then a RST for what comes': (s) => {
    s.open();
    s.send(50, 0, { flags: 'FA', seq: UP, ack: DOWN });
    s.send(53.1, 1, { flags: 'A', seq: DOWN, ack: UP + 1 });
    s.data(54, 3, { ack: UP + 1, win: PROVOKES });
    s.reset(57.1, 0, { origin: 'client', effect: 'kills', provoker: PROVOKES }, { flags: 'R', seq: UP + 1, ack: 0 });
  },
  'the port is used again, a RST of before comes late': (s) => {
    s.open();
    s.reset(50, 0, { origin: 'client', effect: 'kills', provoker: null }, { flags: 'RA', seq: UP, ack: DOWN });
    s.open(3000, CLIENT_ISN + 5_000_000, SERVER_ISN + 9_000_000);
    s.reset(3050, 0, { origin: 'client', effect: 'ignored', provoker: null }, { flags: 'RA', seq: UP, ack: DOWN });
    s.data(3060, 3, {}, CLIENT_ISN + 5_000_000, SERVER_ISN + 9_000_000);
    s.send(3063.1, 0, { flags: 'A', seq: UP + 5_000_000, ack: DOWN + 9_000_000 + 1000 });
  },
};

for (const reply of [0, 1] as const) {
  const [seq, ack] = reply === 0 ? [UP, DOWN] : [DOWN, UP];
  const towards = reply === 0 ? 'the server' : 'the client';
  /** What is told of a RST that the receiver took no notice of: it goes on. */
  const goesOn = (s: Scene): void => {
    s.data(90, 3);
    s.send(93.1, 0, { flags: 'PA', seq: UP, ack: DOWN + 1000, payload: 10 });
    s.send(96.2, 1, { flags: 'A', seq: DOWN + 1000, ack: UP + 10 });
  };
  const challenge = (s: Scene, ms: number): void => s.send(ms, reply === 0 ? 1 : 0, { flags: 'A', seq: ack, ack: seq });
  for (const [name, from] of [
    ['a box by the client', 0.5],
    ['a box by the server', 2.5],
    ['the node', 1.5],
  ] as const) {
    const origin = from === 1.5 ? 'node' : 'middlebox';
    for (const ttl of ['own', 'copied', 'odd'] as const) {
      const ttlOf = (s: Scene): number => (ttl === 'own' ? 64 : ttl === 'copied' ? s.copiedTtl(reply, from) : 255);
      if (origin === 'node' && ttl !== 'own') continue;
      const late = reply === 0 ? 3 - from : from;
      scenes[`${name} kills ${towards}, TTL ${ttl}`] = (s) => {
        s.open();
        s.reset(50, reply, { origin, effect: 'kills', provoker: null }, { flags: 'RA', seq, ack, from, ttl: ttlOf(s) });
      };
      scenes[`${name} kills ${towards} without ACK, TTL ${ttl}`] = (s) => {
        s.open();
        s.reset(50, reply, { origin, effect: 'kills', provoker: null }, { flags: 'R', seq, ack: 0, from, ttl: ttlOf(s) });
      };
      scenes[`${name}, RST inside the window of ${towards}, TTL ${ttl}: challenged`] = (s) => {
        s.open();
        s.reset(50, reply, { origin, effect: 'ignored', provoker: null }, { flags: 'R', seq: seq + 500, ack: 0, from, ttl: ttlOf(s) });
        challenge(s, 50.1 + late);
        goesOn(s);
      };
      scenes[`${name}, RST outside the window of ${towards}, TTL ${ttl}`] = (s) => {
        s.open();
        s.reset(
          50,
          reply,
          { origin, effect: 'ignored', provoker: null },
          { flags: 'R', seq: seq + 9_000_000, ack: 0, from, ttl: ttlOf(s) },
        );
        goesOn(s);
      };
      scenes[`${name}, RST below what ${towards} has, TTL ${ttl}`] = (s) => {
        s.open();
        s.reset(50, reply, { origin, effect: 'ignored', provoker: null }, { flags: 'RA', seq: seq - 50, ack, from, ttl: ttlOf(s) });
        goesOn(s);
      };
      scenes[`${name}, RST inside the window of ${towards}, TTL ${ttl}: nothing more is heard`] = (s) => {
        s.open();
        // A stack without RFC 5961 takes it.
        s.reset(50, reply, { origin, effect: 'kills', provoker: null }, { flags: 'R', seq: seq + 500, ack: 0, from, ttl: ttlOf(s) });
      };
    }
  }
  scenes[`a box on both sides kills both, first ${towards}`] = (s) => {
    s.open();
    const known = { origin: 'middlebox', effect: 'kills', provoker: null } as const;
    s.reset(50, 0, known, { flags: 'RA', seq: UP, ack: DOWN, from: 2.5, ttl: 255 });
    s.reset(50, 1, known, { flags: 'RA', seq: DOWN, ack: UP, from: 2.5, ttl: 255 });
  };
}

const STYLES: Readonly<Record<string, Style>> = {
  'NAT, IPv4': { family: 4, ipIds: 'counter', ttl: [64, 64], nat: true, shift: 0 },
  'no NAT, IPv4, no IP ID, numbers that wrap': { family: 4, ipIds: 'zero', ttl: [64, 128], nat: false, shift: 0xffff_ffff - UP + 20 },
  'NAT, IPv6': { family: 6, ipIds: 'zero', ttl: [128, 64], nat: true, shift: 0 },
  'NAT, IPv4, random IP ID': { family: 4, ipIds: 'random', ttl: [255, 64], nat: true, shift: 0xffff_ffff - DOWN + 20 },
};

const ALL = Array.from({ length: 15 }, (_, i) => [0, 1, 2, 3].filter((tap) => ((i + 1) >> tap) & 1));

const FEW = [[0], [3], [0, 3], [1, 2], [0, 1, 2, 3]];

describe.each(Object.entries(STYLES))('%s', (styled, style) => {
  const subsets = styled === 'NAT, IPv4' ? ALL : FEW;
  test.each(Object.keys(scenes))('%s', async (name) => {
    const wrong: string[] = [];
    for (const taps of subsets) {
      const scene = new Scene(style);
      scenes[name]?.(scene);
      for (const line of await judged(scene, taps)) wrong.push(`taps ${taps.join()}: ${line}`);
    }
    expect(wrong).toEqual([]);
  });
});

/**
 * Who sent it is right. Likely, never certain, may also be called what packets do not tell apart: a box for the node (only taps between them do), and
 * the end whose hop count and number a box has copied, where no tap lies behind that box.
 */
function isTrueOf(reset: Reset, known: KnownReset, places: readonly number[]): boolean {
  if (reset.origin === known.origin) return true;
  if (reset.confidence === 'certain' || known.origin === 'client' || known.origin === 'server') return false;
  if (reset.origin === 'node' || reset.origin === 'middlebox') return true;
  return !places.some((tap) => (reset.direction === 0 ? tap < known.from : tap > known.from));
}

/** What is claimed of the scene's RSTs, as more than a possibility, and was not so. */
async function judged(scene: Scene, places: readonly number[]): Promise<string[]> {
  const { workspace, correlation } = correlateTaps(await scene.taps(places));
  const wrong: string[] = [];
  const windowOf = (packet: { tap: number; row: number } | null): number | null =>
    packet === null ? null : (workspace.taps[packet.tap]?.packets.window[packet.row] ?? null);
  for (const reset of correlation.resets) {
    const known = scene.resets.find((r) => r.win === windowOf(reset.packets[0] ?? null));
    const says = `${reset.origin} ${reset.cause.kind} ${windowOf(reset.cause.packet)} ${reset.effect} ${reset.confidence} (${reset.because.map((b) => b.kind)})`;
    if (known === undefined) wrong.push(`unknown RST: ${says}`);
    else if (reset.confidence === 'possible' || reset.origin === 'unknown') continue;
    else if (!isTrueOf(reset, known, places)) wrong.push(`made by ${known.origin}: ${says}`);
    else if (reset.effect !== known.effect) wrong.push(`${known.effect}: ${says}`);
    // From afar, the last segment that it may answer is likely the one.
    else if (known.provoker === null && reset.confidence === 'likely' && !places.includes(known.from)) continue;
    else if (reset.cause.packet !== null && windowOf(reset.cause.packet) !== known.provoker) wrong.push(`${known.provoker}: ${says}`);
  }
  return wrong;
}
