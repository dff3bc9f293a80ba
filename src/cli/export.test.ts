// `hopscope export`, as far as it is more than what its parts are tested for: locks, links, context, pictures.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readLink } from '../document/file/link.ts';
import { isLocked, unlock } from '../document/file/lock.ts';
import { run as analyze } from './analyze.ts';
import { run as compare } from './compare.ts';
import { run } from './export.ts';
import { PASSPHRASE } from './passphrase.ts';

const SHARED = join(process.cwd(), '../shared/captures');
const OWN = join(process.cwd(), 'src/testing/captures');
const file = (path: string): string => (existsSync(join(OWN, path)) ? join(OWN, path) : join(SHARED, path));
const LEAK = [file('ebay-leak/pilot.pcap'), file('ebay-leak/envoy.pcap')];
const dir = mkdtempSync(join(tmpdir(), 'hopscope-'));
afterAll(() => rmSync(dir, { recursive: true }));

let said = '';
let printed = '';
beforeEach(() => {
  [said, printed] = ['', ''];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: unknown[]) => {
    printed += String(text);
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const out = (name: string): string => join(dir, name);

describe.runIf(existsSync(LEAK[0] ?? ''))('export', () => {
  test('what is locked opens with its passphrase and not without', async () => {
    const path = out('locked.hopscope');
    expect(await run([...LEAK, '--to', 'incident', '--lock', '--out', path])).toBe(2);
    expect(said).toContain(PASSPHRASE);
    vi.stubEnv(PASSPHRASE, 'correct horse battery');
    expect(await run([...LEAK, '--to', 'incident', '--lock', '--title', 'CANARY', '--out', path])).toBe(0);
    expect(isLocked(new Uint8Array(readFileSync(path)))).toBe(true);
    expect(readFileSync(path).includes('CANARY')).toBe(false);
    expect(await analyze([path, '--json'])).toBe(1);
    expect(JSON.parse(printed).findings[0].kind).toBe('leak-old-segment');
    vi.stubEnv(PASSPHRASE, 'wrong horse battery');
    said = '';
    expect(await analyze([path])).toBe(3);
    expect(said).toContain('not its passphrase');
    vi.stubEnv(PASSPHRASE, '');
    said = '';
    expect(await analyze([path])).toBe(3);
    expect(said).toContain('is locked');
  });

  test('a link carries it, locked or not', async () => {
    vi.stubEnv(PASSPHRASE, 'correct horse battery');
    const path = out('link.txt');
    const args = [...LEAK, '--to', 'link', '--packets', 'evidence', '--page', 'https://hopscope.example/#old', '--out', path, '--force'];
    expect(await run(args)).toBe(0);
    const plain = await readLink(new URL(readFileSync(path, 'utf8').trim()).hash);
    expect(plain.ok && isLocked(plain.value)).toBe(false);
    expect(await run([...args, '--lock'])).toBe(0);
    const url = readFileSync(path, 'utf8').trim();
    expect(url).toMatch(/^https:\/\/hopscope\.example\/#incident=[\w-]+$/);
    const locked = await readLink(new URL(url).hash);
    if (!locked.ok) throw new Error(locked.error.kind);
    expect((await unlock(locked.value, 'correct horse battery', 1 << 26)).ok).toBe(true);
  });

  test('a picture at a width, in colours, in true time', async () => {
    const path = out('p.svg');
    expect(await run([...LEAK, '--to', 'svg', '--width', '777', '--theme', 'dark', '--scale', 'time', '--out', path])).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^<svg [^>]*width="777"/);
    expect(await run([...LEAK, '--to', 'svg', '--width', '7', '--out', path])).toBe(2);
    expect(await run([...LEAK, '--to', 'svg', '--theme', 'blue', '--out', path])).toBe(2);
  });

  test('a picture of what would have been says that it is a prediction', async () => {
    const path = out('w.svg');
    expect(await run([...LEAK, '--to', 'svg', '--what-if', 'be_liberal=1', '--out', path])).toBe(0);
    const svg = readFileSync(path, 'utf8');
    expect(svg).toContain('Prediction beside what was observed: as if nf_conntrack_tcp_be_liberal = 1');
    expect(svg).toContain('predicted: translated');
    for (const wrong of [
      ['--what-if', 'liberal=1'],
      ['--what-if', 'be_liberal=1', '--packets', 'evidence'],
    ])
      expect(await run([...LEAK, '--to', 'svg', ...wrong, '--out', path])).toBe(2);
  });

  test('compared with itself, redacted or not, nothing appeared and nothing went away', async () => {
    const path = out('strict.pcapng');
    expect(await run([...LEAK, '--to', 'incident', '--replace', 'addresses,names,mac', '--out', path])).toBe(0);
    expect(await compare([LEAK.join(','), path])).toBe(0);
    expect(printed).toContain('An old retransmission escaped NAT [leak-old-segment]');
    expect(printed).not.toMatch(/Appeared|Went away/);
  });
});

describe.runIf(existsSync(join(SHARED, 'context-files')))('context files', () => {
  const captures = ['pilot.pcap', 'envoy.pcap'].map((f) => join(SHARED, 'context-files', f));
  const context = [
    'conntrack-L-during.txt',
    'istio-pilot.log',
    'kubectl-get.yaml',
    'sysctl-a.txt',
    'uname-r.txt',
    'iptables-save.txt',
  ].flatMap((f) => ['--context', join(SHARED, 'context-files', f)]);
  const told = async (args: readonly string[]) => {
    printed = '';
    await analyze([...args, '--json']);
    return JSON.parse(printed).findings.map((f: { kind: string; confidence: string; evidence: unknown[] }) => [
      f.kind,
      f.confidence,
      f.evidence.length,
    ]);
  };

  test('whoever opens the incident is told the same as whoever had the files', async () => {
    const path = out('with-context.pcapng');
    expect(await run([...captures, ...context, '--to', 'incident', '--out', path])).toBe(0);
    const with_ = await told([...captures, ...context]);
    expect(await told([path])).toEqual(with_);
    expect(await told(captures)).not.toEqual(with_);
    const without = out('without.pcapng');
    expect(await run([...captures, ...context, '--to', 'incident', '--context-words', 'none', '--out', without])).toBe(0);
    expect(await told([without])).toEqual(await told(captures));
  });

  test('words of logs travel only when asked for, and then without names', async () => {
    const ticket = async (...more: string[]): Promise<string> => {
      const path = out(`ticket-${more.length}.md`);
      expect(await run([...captures, ...context, '--to', 'markdown', ...more, '--out', path])).toBe(0);
      return readFileSync(path, 'utf8');
    };
    const plain = await ticket();
    expect(plain).toContain('connection reset');
    expect(plain).not.toMatch(/rpc error|istio-pilot|cart-5f6d9c7b8/);
    const words = await ticket('--context-words', 'keep');
    expect(words).toContain('rpc error');
    expect(words).not.toMatch(/cart-5f6d9c7b8|istio-pilot\.log/);
    const names = await ticket('--context-words', 'keep', '--replace', 'none');
    expect(names).toContain('cart-5f6d9c7b8');
  });
});

test.runIf(spawnSync('tshark', ['--version']).status === 0 && existsSync(LEAK[0] ?? ''))(
  'Wireshark reads an incident with context without a warning',
  async () => {
    const path = out('shark.pcapng');
    expect(await run([...LEAK, '--to', 'incident', '--out', path])).toBe(0);
    const { status, stderr } = spawnSync('tshark', ['-r', path, '-q', '-z', 'io,stat,0'], { encoding: 'utf8' });
    expect([status, stderr.replace(/Running as user "root"[^\n]*\n?/, '')]).toEqual([0, '']);
  },
);
