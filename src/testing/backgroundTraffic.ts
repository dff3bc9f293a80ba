// What else passes the capture points of an incident: checks, short requests through the same NAT, scans, other clients of the same server. None of
// it has anything to do with the incident, and nothing must be said of it that did not happen.
import { Random } from './mutate.ts';

/** Who takes part in an incident. */
export interface Parties {
  readonly client: string;
  readonly clientPort: number;
  /** What the client connects to, and who that is behind the NAT; one port for both. */
  readonly service: string;
  readonly server: string;
  readonly servicePort: number;
  readonly node: string;
  /** Initial sequence numbers of its connection. */
  readonly isn: readonly [client: number, server: number];
  /** Ports of the client's that the recording uses. */
  readonly taken: ReadonlySet<number>;
}

export interface Step {
  readonly from: 'client' | 'server';
  readonly flags: string;
  readonly payload?: number | Uint8Array;
  /** Nanos since the step before, beyond the transit. */
  readonly after?: number;
  /** From the sender's first number on; absent: where it stands. */
  readonly seq?: number;
}

/** A connection. */
export interface Talk {
  readonly client: string;
  readonly service: string;
  readonly server: string;
  /** Seen on both sides of the node, or on one. */
  readonly passage: 'both' | 'near' | 'far';
  readonly isn: readonly [number, number];
  readonly hasTimestamps: boolean;
  readonly steps: readonly Step[];
}

const MILLISECOND = 1e6;

const client = (flags: string, more: Omit<Step, 'from' | 'flags'> = {}): Step => ({ from: 'client', flags, ...more });
const server = (flags: string, more: Omit<Step, 'from' | 'flags'> = {}): Step => ({ from: 'server', flags, ...more });
const OPENING = [client('S'), server('SA'), client('A')];
const CLOSING = [client('FA', { after: 2 * MILLISECOND }), server('FA'), client('A')];
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const GET = text('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
const OK = text('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
const ASKED = [client('PA', { payload: GET, after: 20 * MILLISECOND }), server('PA', { payload: OK, after: MILLISECOND }), client('A')];
const CHECK = [...OPENING, client('PA', { payload: GET }), server('A'), server('PA', { payload: OK }), client('A'), ...CLOSING];
const request = (octets: number): readonly Step[] => [
  ...OPENING,
  client('PA', { payload: 300 }),
  server('A'),
  ...times(Math.ceil(octets / 1400), () => server('PA', { payload: 1400, after: 100_000 })),
  client('A'),
  ...CLOSING,
];
const REFUSED = [client('S'), server('RA', { seq: 0 })];
const UNANSWERED = [client('S'), client('S', { seq: 0, after: 1000 * MILLISECOND })];
const HALF_OPEN = [client('S'), server('SA'), client('R')];
const scanned = (i: number): readonly Step[] => [REFUSED, UNANSWERED, HALF_OPEN][i % 3] ?? REFUSED;

function times<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}
const end = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
/** Another host of the same network. */
const beside = (address: string, n: number): string => address.replace(/[^.:]*$/, String(n));
/** A port near that one which nobody else uses. */
const free = (p: Parties, port: number): number => (p.taken.has(port) ? free(p, port + 500) : port);
const anyNumber = (random: Random): number => random.below(2 ** 32);
const anyIsn = (random: Random): readonly [number, number] => [anyNumber(random), anyNumber(random)];

/** A talk to a service behind the NAT, or, where `service` is absent, to the server itself. */
const talk = (
  from: string,
  to: string,
  more: Pick<Talk, 'passage' | 'isn' | 'steps'> & { readonly service?: string; readonly hasTimestamps?: boolean },
): Talk => ({ client: from, service: to, server: to, hasTimestamps: false, ...more });

type Kind = (p: Parties, random: Random) => readonly Talk[];

/** Both hosts are checked by their nodes, over and over, each time with the same octets. */
const checks: Kind = (p, r) =>
  times(40, (i) => {
    const [passage, to] = i % 2 === 0 ? (['near', end(p.client, 15_021)] as const) : (['far', end(p.server, 8080)] as const);
    return talk(end(p.node, 40_000 + i), to, { passage, isn: anyIsn(r), hasTimestamps: i % 4 < 2, steps: CHECK });
  });

/** Short requests through the same NAT, from ports near by. */
const requests: Kind = (p, r) =>
  times(60, (i) => ({
    ...through(p, end(p.client, free(p, p.clientPort + (i % 2 === 0 ? 1 + i : -i)))),
    isn: anyIsn(r),
    hasTimestamps: i % 3 !== 0,
    steps: i % 5 === 0 ? CHECK : request(1400 * (1 + r.below(9))),
  }));

const through = (p: Parties, from: string): Pick<Talk, 'client' | 'service' | 'server' | 'passage'> => ({
  client: from,
  service: end(p.service, p.servicePort),
  server: end(p.server, p.servicePort),
  passage: 'both',
});

/** Other clients of the server, and other services of the client, from the very same port. */
const samePort: Kind = (p, r) =>
  times(30, (i) => {
    const steps = request(2800);
    const common = { isn: anyIsn(r), hasTimestamps: i % 3 !== 0, steps };
    if (i % 2 === 0) return talk(end(beside(p.client, 101 + i), p.clientPort), end(p.server, p.servicePort), { passage: 'far', ...common });
    const other = { service: end(beside(p.service, 101 + i), p.servicePort), server: end(beside(p.server, 101 + i), p.servicePort) };
    return { client: end(p.client, p.clientPort), ...other, passage: i % 4 === 1 ? 'near' : 'both', ...common };
  });

/** First numbers close to those of the incident, without timestamps, and some of which one is equal to it. */
const sameNumbers: Kind = (p, r) =>
  times(40, (i) => {
    const close = [(p.isn[0] + r.below(5000)) >>> 0, (p.isn[1] + r.below(2_000_000)) >>> 0] as const;
    const equal = i % 4 < 2 ? ([p.isn[0], anyNumber(r)] as const) : ([anyNumber(r), p.isn[1]] as const);
    const steps = request(8400);
    return i % 2 === 0
      ? { ...through(p, end(p.client, free(p, p.clientPort + 200 + i))), isn: i < 20 ? close : equal, hasTimestamps: false, steps }
      : talk(end(beside(p.client, 160 + i), p.clientPort), end(p.server, p.servicePort), { passage: 'far', isn: equal, steps });
  });

/** Ports tried one after the other: refused, unanswered, left half open; of the second scan all SYNs have one number, and come from one port. */
const scans: Kind = (p, r) => {
  const number = anyNumber(r);
  return times(160, (i) => {
    const [passage, to] = i % 4 < 2 ? (['near', p.client] as const) : (['far', p.server] as const);
    const from = i % 2 === 0 ? end(beside(p.node, 200), 30_000 + i) : end(beside(p.node, 201), 44_444);
    const isn = i % 2 === 0 ? anyIsn(r) : ([number, anyNumber(r)] as const);
    return talk(from, end(to, 1 + i * 7), { passage, isn, steps: scanned(i) });
  });
};

/** Long connections that nobody saw begin or end, and some that are only kept alive. */
const long: Kind = (p, r) =>
  times(20, (i) => {
    const probes = times(6, () => [client('A', { seq: 100, after: 90 * MILLISECOND }), server('A')]).flat();
    const kept = [...OPENING, client('PA', { payload: 100 }), server('A'), ...probes];
    const steps = i % 2 === 0 ? kept : times(30, () => ASKED).flat();
    const common = { isn: anyIsn(r), hasTimestamps: i % 3 === 0, steps };
    if (i % 4 < 2) return { ...through(p, end(p.client, 50_000 + i)), ...common };
    return talk(end(beside(p.client, 140 + i), 50_000 + i), end(p.server, p.servicePort), { passage: 'far', ...common });
  });

export const backgroundOf = (parties: Parties, seed: number): readonly Talk[] => {
  const random = new Random(seed);
  return [checks, requests, samePort, sameNumbers, scans, long].flatMap((kind) => kind(parties, random));
};
