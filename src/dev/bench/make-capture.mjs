// Deterministic captures for measuring speed. No dependencies.
//   node src/dev/bench/make-capture.mjs KIND OUT [--size=300M] [--seed=1]
// mtu: one bulk flow and 200 others, full packets, an ACK for every four (pcap). small: 64 to 128 octets a packet, 256 flows at a time (pcap).
// mix: 40 % ACKs, 40 % full, 10 % IPv6, 5 % UDP, some VLAN (pcapng, ns). gso: packets of 64 kB (pcap, ns).
// OUT.truth.json says what is in it. Ports and payload are such that tshark takes payload for data, its fast path: with HTTP on known ports
// it falls into quadratic reassembly. IP checksums are right, TCP checksums 0.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';

const [kind, out, ...rest] = process.argv.slice(2);
const opt = Object.fromEntries(rest.map((s) => s.replace(/^--/, '').split('=')));
const parseSize = (s) => {
  const m = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(s);
  return Math.round(+m[1] * { '': 1, K: 1e3, M: 1e6, G: 1e9 }[m[2].toUpperCase()]);
};
const SIZE = parseSize(opt.size ?? (kind === 'mix' ? '1G' : '300M'));
let s = (+(opt.seed ?? 1) * 2654435761) >>> 0 || 1;
const rnd = () => {
  s ^= s << 13;
  s >>>= 0;
  s ^= s >>> 17;
  s ^= s << 5;
  s >>>= 0;
  return s;
};
const ri = (n) => rnd() % n;
const POOL = new Uint8Array(1 << 20);
const words =
  'get value two hundred content kind plain json text cache-control: max-age=0 id name value true false null user session token price quantity 2024-11-05T10:00:00Z error warn info'.split(
    ' ',
  );
for (let o = 0; o < POOL.length; ) {
  if ((o >> 9) & 1) {
    for (let i = 0; i < 512 && o < POOL.length; i++) POOL[o++] = rnd() & 255;
  } else {
    const end = Math.min(o + 512, POOL.length);
    while (o < end) {
      const w = words[ri(words.length)];
      for (let i = 0; i < w.length && o < end; i++) POOL[o++] = w.charCodeAt(i);
      if (o < end) POOL[o++] = 32;
    }
  }
}
const fd = openSync(out, 'w');
const BUFSZ = 4 << 20,
  buf = new Uint8Array(BUFSZ + (1 << 18)),
  dv = new DataView(buf.buffer);
let pos = 0,
  written = 0;
const flush = () => {
  writeSync(fd, buf, 0, pos);
  written += pos;
  pos = 0;
};
const ng = kind === 'mix',
  nano = kind === 'gso' || ng;
if (!ng) {
  dv.setUint32(0, nano ? 0xa1b23c4d : 0xa1b2c3d4, true);
  dv.setUint16(4, 2, true);
  dv.setUint16(6, 4, true);
  dv.setUint32(16, 262144, true);
  dv.setUint32(20, 1, true);
  pos = 24;
} else {
  dv.setUint32(0, 0x0a0d0d0a, true);
  dv.setUint32(4, 28, true);
  dv.setUint32(8, 0x1a2b3c4d, true);
  dv.setUint16(12, 1, true);
  dv.setUint16(14, 0, true);
  dv.setInt32(16, -1, true);
  dv.setInt32(20, -1, true);
  dv.setUint32(24, 28, true);
  const b = 28;
  dv.setUint32(b, 1, true);
  dv.setUint32(b + 4, 32, true);
  dv.setUint16(b + 8, 1, true);
  dv.setUint32(b + 12, 262144, true);
  dv.setUint16(b + 16, 9, true);
  dv.setUint16(b + 18, 1, true);
  buf[b + 20] = 9;
  dv.setUint32(b + 24, 0, true);
  dv.setUint32(b + 28, 32, true);
  pos = 60;
}
const truth = { kind, seed: +(opt.seed ?? 1), packets: 0, tcp: 0, udp: 0, connections: 0, syn: 0, fin: 0, rst: 0, retrans: 0 };
const _tns = 1730800000n * 1000000000n;
let tSec = 1730800000,
  tNs = 0;
const adv = (ns) => {
  tNs += ns;
  while (tNs >= 1e9) {
    tNs -= 1e9;
    tSec++;
  }
};
let ipid = 1;
function emit(f, fromClient, flags, seq, ack, plen, snap) {
  const v6 = f.v6,
    vlan = f.vlan,
    udp = f.udp;
  const l2 = vlan ? 18 : 14,
    l3 = v6 ? 40 : 20,
    opts = udp ? 0 : flags & 2 ? 20 : 12,
    l4 = udp ? 8 : 20 + opts;
  const wire = l2 + l3 + l4 + plen,
    cap = snap ? Math.min(snap, wire) : wire;
  const recHdr = ng ? 28 : 16,
    h = pos;
  let p = pos + recHdr;
  if (!ng) {
    dv.setUint32(h, tSec, true);
    dv.setUint32(h + 4, nano ? tNs : (tNs / 1000) | 0, true);
    dv.setUint32(h + 8, cap, true);
    dv.setUint32(h + 12, wire, true);
  }
  const q = p;
  buf.set([0x02, 0, 0, 0, 0, fromClient ? 2 : 1, 0x02, 0, 0, 0, 0, fromClient ? 1 : 2], p);
  p += 12;
  if (vlan) {
    dv.setUint16(p, 0x8100);
    dv.setUint16(p + 2, 100);
    p += 4;
  }
  dv.setUint16(p, v6 ? 0x86dd : 0x0800);
  p += 2;
  const proto = udp ? 17 : 6;
  if (v6) {
    dv.setUint32(p, 0x60000000);
    dv.setUint16(p + 4, l4 + plen);
    buf[p + 6] = proto;
    buf[p + 7] = 64;
    const a = fromClient ? p + 8 : p + 24,
      b = fromClient ? p + 24 : p + 8;
    buf.fill(0, p + 8, p + 40);
    dv.setUint32(a, 0x20010db8);
    dv.setUint32(a + 12, f.cip);
    dv.setUint32(b, 0x20010db8);
    dv.setUint32(b + 12, f.sip);
  } else {
    dv.setUint16(p, 0x4500);
    dv.setUint16(p + 2, Math.min(65535, l3 + l4 + plen));
    dv.setUint16(p + 4, ipid++ & 65535);
    dv.setUint16(p + 6, 0x4000);
    buf[p + 8] = 64;
    buf[p + 9] = proto;
    dv.setUint16(p + 10, 0);
    dv.setUint32(p + 12, fromClient ? f.cip : f.sip);
    dv.setUint32(p + 16, fromClient ? f.sip : f.cip);
    let c = 0;
    for (let i = 0; i < 20; i += 2) c += dv.getUint16(p + i);
    while (c >> 16) c = (c & 65535) + (c >> 16);
    dv.setUint16(p + 10, ~c & 65535);
  }
  p += l3;
  dv.setUint16(p, fromClient ? f.cp : f.sp);
  dv.setUint16(p + 2, fromClient ? f.sp : f.cp);
  if (udp) {
    dv.setUint16(p + 4, 8 + plen);
    dv.setUint16(p + 6, 0);
    truth.udp++;
  } else {
    dv.setUint32(p + 4, seq >>> 0);
    dv.setUint32(p + 8, ack >>> 0);
    buf[p + 12] = ((20 + opts) / 4) << 4;
    buf[p + 13] = flags;
    dv.setUint16(p + 14, flags & 4 ? 0 : 29200 + (ri(64) << 6));
    dv.setUint32(p + 16, 0);
    const o = p + 20;
    const ts = (tSec * 1000 + ((tNs / 1e6) | 0)) >>> 0;
    if (flags & 2) {
      dv.setUint32(o, 0x020405b4);
      dv.setUint16(o + 4, 0x0402);
      buf[o + 6] = 8;
      buf[o + 7] = 10;
      dv.setUint32(o + 8, ts);
      dv.setUint32(o + 12, flags & 16 ? ts - 20 : 0);
      dv.setUint32(o + 16, 0x01030307);
    } else {
      dv.setUint32(o, 0x0101080a);
      dv.setUint32(o + 4, ts);
      dv.setUint32(o + 8, ts - 10);
    }
    truth.tcp++;
    if (flags & 2) truth.syn++;
    if (flags & 1) truth.fin++;
    if (flags & 4) truth.rst++;
  }
  p += l4;
  if (plen && cap > p - q) {
    const n = cap - (p - q),
      po = (Math.imul(seq, 40503) >>> 0) % (POOL.length - 66000);
    buf.set(POOL.subarray(po, po + n), p);
  }
  pos = q + cap;
  if (ng) {
    while ((pos - q) & 3) buf[pos++] = 0;
    const len = pos - h + 4;
    dv.setUint32(h, 6, true);
    dv.setUint32(h + 4, len, true);
    dv.setUint32(h + 8, 0, true);
    const t = BigInt(tSec) * 1000000000n + BigInt(tNs);
    dv.setUint32(h + 12, Number(t >> 32n), true);
    dv.setUint32(h + 16, Number(t & 0xffffffffn), true);
    dv.setUint32(h + 20, cap, true);
    dv.setUint32(h + 24, wire, true);
    dv.setUint32(pos, len, true);
    pos += 4;
  }
  truth.packets++;
  if (pos >= BUFSZ) flush();
}
let nextPort = 1024,
  nextClient = 0;
function newFlow(o = {}) {
  truth.connections++;
  nextPort++;
  if (nextPort > 65000) {
    nextPort = 1025;
    nextClient++;
  }
  return {
    cip: 0x0a000000 | ((1 + nextClient) << 8) | (1 + ri(200)),
    sip: 0xc0a80000 | (1 + ri(20)),
    cp: nextPort,
    sp: (opt.ports ? [443, 80, 8080, 5432] : [10443, 18083, 15433, 19193])[ri(4)],
    cs: rnd(),
    ss: rnd(),
    st: 0,
    unacked: 0,
    left: 0,
    v6: false,
    vlan: false,
    udp: false,
    ...o,
  };
}
// one step of a flow: emits one packet, returns false when the connection ended
function step(f, P) {
  if (f.udp) {
    const c = ri(2);
    emit(f, c, 0, 0, 0, 40 + ri(400), P.snap);
    return --f.left > 0;
  }
  switch (f.st) {
    case 0:
      emit(f, true, 2, f.cs, 0, 0, P.snap);
      f.cs = (f.cs + 1) >>> 0;
      f.st = 1;
      return true;
    case 1:
      emit(f, false, 18, f.ss, f.cs, 0, P.snap);
      f.ss = (f.ss + 1) >>> 0;
      f.st = 2;
      return true;
    case 2:
      emit(f, true, 16, f.cs, f.ss, 0, P.snap);
      f.st = 3;
      return true;
    case 3: {
      const n = 100 + ri(300);
      emit(f, true, 24, f.cs, f.ss, n, P.snap);
      f.cs = (f.cs + n) >>> 0;
      f.st = 4;
      return true;
    }
    case 4: {
      if (f.unacked >= P.ackEvery) {
        emit(f, true, 16, f.cs, f.ss, 0, P.snap);
        f.unacked = 0;
        return true;
      }
      const n = P.data();
      const rex = f.last && ri(1000) === 0;
      if (rex) {
        truth.retrans++;
        emit(f, false, 16, (f.ss - f.last) >>> 0, f.cs, f.last, P.snap);
      } else {
        emit(f, false, 16, f.ss, f.cs, n, P.snap);
        f.ss = (f.ss + n) >>> 0;
        f.last = n;
      }
      f.unacked++;
      if (--f.left <= 0) f.st = ri(50) === 0 ? 8 : 5;
      else if (P.rr && ri(P.rr) === 0) f.st = 3;
      return true;
    }
    case 5:
      emit(f, false, 17, f.ss, f.cs, 0, P.snap);
      f.ss = (f.ss + 1) >>> 0;
      f.st = 6;
      return true;
    case 6:
      emit(f, true, 17, f.cs, f.ss, 0, P.snap);
      f.cs = (f.cs + 1) >>> 0;
      f.st = 7;
      return true;
    case 7:
      emit(f, false, 16, f.ss, f.cs, 0, P.snap);
      return false;
    case 8:
      emit(f, false, 20, f.ss, f.cs, 0, P.snap);
      return false;
  }
}
const full = () => written + pos < SIZE;
if (kind === 'mtu' || kind === 'gso') {
  const P = kind === 'mtu' ? { ackEvery: 4, data: () => 1448, snap: 0, rr: 0 } : { ackEvery: 1, data: () => 65160, snap: 0, rr: 0 };
  const bulk = newFlow({ left: Infinity });
  const others = Array.from({ length: 200 }, () => newFlow({ left: kind === 'mtu' ? 100 + ri(200) : 2 + ri(5) }));
  while (full()) {
    adv(500 + ri(20000));
    step(bulk, P);
    if (ri(4) === 0) {
      const i = ri(others.length),
        f = others[i];
      if (f && !step(f, P)) others[i] = null;
    }
  }
} else if (kind === 'small') {
  const fl = Array.from({ length: 256 }, () => newFlow({ left: 20 + ri(400) }));
  const P = {
    get snap() {
      return 64 + ri(65);
    },
    ackEvery: 2,
    data: () => 200 + ri(1249),
    rr: 12,
  };
  while (full()) {
    adv(300 + ri(5000));
    const i = ri(256);
    if (!step(fl[i], P)) fl[i] = newFlow({ left: 20 + ri(400) });
  }
} else if (kind === 'mix') {
  const mk = () => {
    const r = ri(100);
    return newFlow({
      left: r < 5 ? 4 + ri(20) : 30 + ri(1500),
      udp: r < 5,
      v6: ri(10) === 0,
      vlan: ri(10) === 0,
      ...(r < 5 ? { sp: 15353 } : {}),
    });
  };
  const fl = Array.from({ length: 400 }, mk);
  const P = { snap: 0, ackEvery: 1, data: () => (ri(3) ? 1448 : 1 + ri(900)), rr: 15 };
  while (full()) {
    adv(300 + ri(9000));
    const i = ri(400);
    if (!step(fl[i], P)) fl[i] = mk();
  }
} else throw new Error('kind: mtu small mix gso');
flush();
closeSync(fd);
truth.bytes = written;
writeFileSync(`${out}.truth.json`, `${JSON.stringify(truth)}\n`);
console.log(JSON.stringify(truth));
