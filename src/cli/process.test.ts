// The program as a process: what it leaves in the shell, whatever it is given. The commands themselves are tested beside their files.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePcap, enhancedPacketBlock, option, pcapngBlock } from '../testing/captureFiles.ts';
import { concat, encodeFrame, u16, u32 } from '../testing/packets.ts';

const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, 'node_modules/.cache/cli-test');
const MAIN = join(OUT, 'main.mjs');
const CAPTURES = join(ROOT, 'src/testing/captures');
const ENVOY = join(CAPTURES, 'lossy/envoy.pcap');

const dir = mkdtempSync(join(tmpdir(), 'hopscope-process-'));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(() => build({ root: ROOT, mode: 'cli', logLevel: 'warn', build: { outDir: OUT, emptyOutDir: true } }), 120_000);
afterAll(() => rmSync(dir, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly said: string;
}
const hopscope = (args: readonly string[], options: { readonly input?: Uint8Array; readonly env?: NodeJS.ProcessEnv } = {}): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', ...options });
  return { status, out: stdout, said: stderr };
};
/** No trace of our own code, and one line for the one thing that is wrong. */
const sentence = (ran: Ran): string => {
  expect(ran.said).not.toMatch(/\n\s+at |node:internal/);
  expect(ran.said.trimEnd().split('\n')).toHaveLength(1);
  return ran.said.trimEnd();
};

const syn = { time: 1_700_000_000_000_000_000n, bytes: encodeFrame({ src: '10.0.0.1:4000', dst: '10.0.1.1:80', flags: 'S', seq: 1 }) };

describe('usage', () => {
  test.each(['facts', 'analyze', 'export', 'compare', 'index', 'fleet', 'extract'])(
    '%s says what it takes: 0 when asked, 2 when it is used wrongly',
    (command) => {
      const asked = hopscope([command, '--help']);
      expect([asked.status, asked.said]).toEqual([0, '']);
      expect(asked.out).toMatch(new RegExp(`^hopscope ${command} `));
      for (const args of [[], ['--no-such-option'], ['--\x1b[31mred']]) {
        const wrong = hopscope([command, ...args]);
        expect([wrong.status, wrong.out]).toEqual([2, '']);
        expect(wrong.said).toContain(asked.out);
        expect(wrong.said).not.toMatch(/[^\P{Cc}\n]|\n\s+at /u);
      }
    },
  );

  test('a command that is none, also one that every object has', () => {
    for (const command of ['nope', 'constructor', '__proto__', '']) expect(hopscope([command])).toMatchObject({ status: 2, out: '' });
    expect(hopscope([]).status).toBe(2);
    expect(hopscope(['help'])).toMatchObject({ status: 0, said: '' });
  });

  test('a file may be named like an option', () => {
    const path = file('--help', encodePcap([syn]));
    expect(hopscope(['facts', '--', path])).toMatchObject({ status: 0, said: '' });
  });
});

describe('a file that can’t be read: one sentence, status 3, and the others are read', () => {
  const unreadable = file('secret.pcap', encodePcap([syn]));
  chmodSync(unreadable, 0);
  mkdirSync(join(dir, 'folder.pcap'));
  symlinkSync(join(dir, 'loop.pcap'), join(dir, 'loop.pcap'));
  const cases: [string, string, string][] = [
    ['missing', join(dir, 'missing.pcap'), 'there is no such file'],
    ['a file as a folder', join(ENVOY, 'x.pcap'), 'there is no such file'],
    ['a folder', join(dir, 'folder.pcap'), 'is a folder: name the captures in it'],
    ['a name of 5,000 letters', join(dir, 'x'.repeat(5000)), 'its name is too long'],
    ['a link to itself', join(dir, 'loop.pcap'), 'too many symbolic links'],
    ['a device', '/dev/zero', 'is a device'],
    ['empty', file('empty.pcap', ''), 'is empty'],
    ['text', file('notes.txt', 'Dear reader\n'), 'is text, not a packet capture'],
    ...(process.getuid?.() === 0 ? [] : ([['forbidden', unreadable, 'permission denied']] as [string, string, string][])),
  ];
  test.each(cases)('%s', (_, path, why) => {
    for (const command of ['facts', 'analyze']) {
      const ran = hopscope([command, path]);
      expect(ran).toMatchObject({ status: 3, out: '' });
      expect(sentence(ran)).toContain(why);
    }
    const both = hopscope(['facts', path, ENVOY]);
    expect(both.status).toBe(3);
    expect(JSON.parse(both.out)).toMatchObject({ path: ENVOY, packets: expect.any(Number) });
  });

  test('damaged half way: what came before is counted, the status stays', () => {
    const cut = file('cut.pcap', readFileSync(ENVOY).subarray(0, 5000));
    const facts = hopscope(['facts', cut]);
    expect(facts).toMatchObject({ status: 0, said: '' });
    expect(JSON.parse(facts.out).problems).toMatchObject([{ kind: 'cutShort' }]);
    const analyzed = hopscope(['analyze', cut, '--json']);
    expect(analyzed.status).not.toBe(3);
    expect(JSON.parse(analyzed.out).problems).toMatchObject([{ kind: 'cutShort' }]);
  });

  test('compare, export, index and extract: 3, and one sentence', () => {
    const missing = join(dir, 'missing.pcap');
    for (const args of [
      ['compare', missing, ENVOY],
      ['export', missing, '--to', 'markdown'],
      ['index', missing, '--out', join(dir, 'index')],
      ['extract', '--candidates', missing, '--out', join(dir, 'extracted')],
    ]) {
      const ran = hopscope(args);
      expect([args[0], ran.status]).toEqual([args[0], 3]);
      expect(sentence(ran)).toContain('missing.pcap');
    }
  });
});

describe('status of analyze', () => {
  const at = (name: string): string[] => ['pilot', 'envoy'].map((tap) => join(CAPTURES, name, `${tap}.pcap`));
  test('0 nothing critical, 1 a critical finding, and the JSON says so too', () => {
    const calm = hopscope(['analyze', ...at('lossy'), '--json']);
    expect(calm.status).toBe(0);
    expect(JSON.parse(calm.out).findings.filter((f: { severity: string }) => f.severity === 'critical')).toEqual([]);
    const bad = hopscope(['analyze', ...at('ebay-leak'), '--json']);
    expect(bad.status).toBe(1);
    expect(JSON.parse(bad.out).findings[0]).toMatchObject({ severity: 'critical', kind: 'leak-old-segment' });
  });
});

describe('standard input and pipes', () => {
  const stored = readFileSync(ENVOY);
  test('- is read as a file is, compressed or not', () => {
    const named = JSON.parse(hopscope(['facts', ENVOY]).out);
    for (const input of [stored, gzipSync(stored)]) {
      const piped = JSON.parse(hopscope(['facts', '-'], { input }).out);
      expect(piped).toEqual({ ...named, path: '-', compression: input === stored ? null : 'gzip' });
    }
    const report = JSON.parse(hopscope(['analyze', '-', '--json'], { input: stored }).out);
    expect(report.taps).toMatchObject([{ name: 'stdin', files: ['-'], packets: named.packets }]);
  });

  test('nothing, or no capture, in it', () => {
    expect(sentence(hopscope(['facts', '-'], { input: new Uint8Array(0) }))).toContain('is empty');
    expect(sentence(hopscope(['facts', '-'], { input: Buffer.from('hello world') }))).toContain('is text');
  });

  test('a named pipe, and one that a shell makes', () => {
    const plain = JSON.parse(hopscope(['facts', ENVOY]).out);
    const out = execFileSync('bash', ['-c', `"$0" "$1" facts <(cat "$2")`, process.execPath, MAIN, ENVOY], { encoding: 'utf8' });
    expect(JSON.parse(out).packets).toBe(plain.packets);
    const twice = execFileSync('bash', ['-c', `"$0" "$1" analyze --json --tap a=<(cat "$2")`, process.execPath, MAIN, ENVOY], {
      encoding: 'utf8',
    });
    expect(JSON.parse(twice).taps[0].packets).toBe(plain.packets);
  });

  test('of what was piped nothing stays on the disk', () => {
    const scratch = mkdtempSync(join(dir, 'scratch-'));
    expect(hopscope(['facts', '-'], { input: stored, env: { ...process.env, TMPDIR: scratch } }).status).toBe(0);
    expect(readdirSync(scratch)).toEqual([]);
    const nowhere = hopscope(['facts', '-'], { input: stored, env: { ...process.env, TMPDIR: join(dir, 'not-there') } });
    expect(nowhere.status).toBe(3);
    sentence(nowhere);
  });
});

describe('whoever reads may stop', () => {
  const many = Array.from({ length: 3000 }, () => ENVOY);
  test('standard output closed: quiet, and the end', async () => {
    for (const args of [
      ['facts', ...many],
      ['analyze', ENVOY, '--json'],
    ]) {
      const child = spawn(process.execPath, [MAIN, ...args]);
      let said = '';
      child.stderr.on('data', (text) => (said += String(text)));
      child.stdout.destroy();
      const [status] = await new Promise<[number | null]>((done) => child.on('exit', (code) => done([code])));
      expect([said, status]).toEqual(['', 0]);
    }
  });

  test('standard error closed changes nothing', () => {
    const ran = execFileSync('bash', ['-c', '"$0" "$1" facts /nope "$2" 2>&- || echo $?', process.execPath, MAIN, ENVOY], {
      encoding: 'utf8',
    });
    expect(ran).toMatch(/"packets":\d+.*\n3\n$/s);
  });

  test.runIf(process.platform === 'linux')('a full disk behind standard output is said', () => {
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, 'facts', ENVOY], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
      expect(status).toBe(3);
      expect(stderr).toMatch(/^hopscope failed: .*no space left.*\n$/i);
    } finally {
      closeSync(full);
    }
  });
});

describe.runIf(process.platform === 'linux')('memory goes by what the file holds', () => {
  const report = file(
    'report.cjs',
    "process.on('exit', () => process.stderr.write(/VmHWM:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))[1]));",
  );
  const kilobytes = (command: readonly string[], path: string): number =>
    Number(hopscope([...command, path], { env: { ...process.env, NODE_OPTIONS: `-r ${report}` } }).said);
  const header = encodePcap([]);
  const many = (record: Uint8Array, megabytes: number): Uint8Array => {
    const plain = new Uint8Array(megabytes * 1e6);
    for (let at = 0; at + record.length <= plain.length; at += record.length) plain.set(record, at);
    return concat(header, plain);
  };
  const packet = encodePcap([syn]).subarray(24);
  /** Half a megabyte of blocks of 128 kB of zeros in a window of 128 MB: 17 GB. */
  const zeros = Uint8Array.of(0x02, 0x00, 0x10, 0);
  const zstdBomb = concat(
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3),
    Uint8Array.of(24 << 3, 0, 0),
    header,
    Buffer.alloc(4 * 130_000, zeros),
  );

  test.each<[string, Uint8Array]>([
    ['gzip of records without octets', gzipSync(many(new Uint8Array(16), 200), { level: 9 })],
    ['gzip of the same packet again and again', gzipSync(many(packet, 200), { level: 9 })],
    ['zstd of zeros in a large window', zstdBomb],
  ])('%s: less than ten times the file and 64 MB', (name, bytes) => {
    const path = file(`${name}.pcap.z`, bytes);
    for (const command of [['facts'], ['analyze', '--json']]) {
      const growth = (kilobytes(command, path) - kilobytes(command, ENVOY)) * 1024;
      expect(growth).toBeLessThan(10 * bytes.length + 64e6);
    }
  });
});

describe('nothing of a capture reaches the terminal as more than text', () => {
  const evil = '\x1b]0;owned\x07\x1b[2J\u202egpj.\u2066x\u061c\x9b31m\rOK';
  const HARMFUL = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const section = pcapngBlock(0x0a0d0d0a, [
    u32(0x1a2b3c4d, true),
    u16(1, true),
    u16(0),
    u32(0xffffffff),
    u32(0xffffffff),
    option(1, utf8(evil)),
  ]);
  const link = pcapngBlock(1, [u16(1, true), u16(0), u32(0), option(2, utf8(evil)), option(11, concat(Uint8Array.of(0), utf8(evil)))]);
  const name = pcapngBlock(4, [u16(1, true), u16(4 + evil.length * 4, true), Uint8Array.of(10, 0, 0, 1), utf8(evil.padEnd(4)), u32(0)]);
  const path = file(
    `a${evil.replaceAll('/', '')}\nhopscope: nothing is wrong.pcapng`,
    concat(section, link, name, enhancedPacketBlock(syn, 5n)),
  );

  test.each([['facts'], ['analyze'], ['analyze', '--json'], ['analyze', '--lang', 'zh'], ['compare', '--json', ENVOY], ['compare', ENVOY]])(
    '%s %s',
    (...args) => {
      const named = file(`b${evil}\nforged line.pcap`, encodePcap([syn, { ...syn, time: syn.time + 1000n }]));
      for (const capture of [path, named]) {
        const ran = hopscope([...args, capture]);
        expect(ran.out + ran.said).not.toMatch(HARMFUL);
        expect(ran.out + ran.said).not.toMatch(/^(forged line|hopscope: nothing)/m);
        if (args.includes('--json') || args[0] === 'facts')
          for (const line of ran.out.split('\n').filter((l) => l !== '')) JSON.parse(line);
      }
    },
  );

  test('nor of a name that can’t be opened, of an option, of a context file', () => {
    for (const args of [
      ['facts', evil],
      ['analyze', evil],
      ['analyze', `--${evil}`],
      ['analyze', '--tap', evil],
      ['analyze', '--set', evil, ENVOY],
      ['analyze', '--kernel', evil, ENVOY],
      ['analyze', '--context', evil, ENVOY],
      ['compare', evil, evil],
      ['export', evil, '--to', evil],
    ]) {
      const ran = hopscope(args);
      expect(ran.out + ran.said).not.toMatch(HARMFUL);
    }
  });

  test('JSON says exactly what is named, escaped', () => {
    const named = file(`c${evil}.pcap`, encodePcap([syn]));
    expect(JSON.parse(hopscope(['facts', named]).out).path).toBe(named);
  });
});
