// Cuts pcap files to the first octets of each packet: small fixtures and the embedded sample from recorded captures.
//   node src/dev/cut-captures.mjs OCTETS OUT_FOLDER FILE.pcap...
//   node src/dev/cut-captures.mjs --fixtures RECORDED_CAPTURES CORPUS     remakes src/testing/captures and public/samples
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Every record's captured length is at most `octets`; original lengths, times and order stay. Little- and big-endian pcap. */
export function cutPcap(bytes, octets) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = [0xa1b2c3d4, 0xa1b23c4d].includes(view.getUint32(0, true));
  if (!little && ![0xa1b2c3d4, 0xa1b23c4d].includes(view.getUint32(0))) throw new Error('not a pcap file');
  const out = new Uint8Array(bytes.length);
  const outView = new DataView(out.buffer);
  out.set(bytes.subarray(0, 24));
  outView.setUint32(16, octets, little);
  let to = 24;
  for (let at = 24; at + 16 <= bytes.length; ) {
    const captured = view.getUint32(at + 8, little);
    const kept = Math.min(captured, octets);
    out.set(bytes.subarray(at, at + 16 + kept), to);
    outView.setUint32(to + 8, kept, little);
    to += 16 + kept;
    at += 16 + captured;
  }
  return out.subarray(0, to);
}

function cutInto(folder, octets, files) {
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, basename(file)), cutPcap(readFileSync(file), octets));
}

const pcaps = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.pcap'))
    .map((name) => join(folder, name));

function fixtures(recorded, corpus) {
  const to = join(ROOT, 'src/testing/captures');
  mkdirSync(join(to, 'corpus'), { recursive: true });
  for (const name of readdirSync(corpus)) copyFileSync(join(corpus, name), join(to, 'corpus', name));
  mkdirSync(join(to, 'ebay-leak'), { recursive: true });
  for (const name of ['envoy.pcap', 'pilot.pcap', 'truth.json'])
    copyFileSync(join(recorded, 'ebay-leak', name), join(to, 'ebay-leak', name));
  for (const scenario of ['lossy', 'app-close', 'app-close-unread', 'liberal']) {
    cutInto(join(to, scenario), 128, pcaps(join(recorded, scenario)));
    copyFileSync(join(recorded, scenario, 'truth.json'), join(to, scenario, 'truth.json'));
  }
  cutInto(join(ROOT, 'public/samples'), 160, pcaps(join(recorded, 'ebay-leak')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, ...rest] = process.argv.slice(2);
  if (first === '--fixtures' && rest.length === 2) fixtures(rest[0], rest[1]);
  else if (Number(first) > 0 && rest.length > 1) cutInto(rest[0], Number(first), rest.slice(1));
  else {
    process.stderr.write('usage: node src/dev/cut-captures.mjs OCTETS OUT_FOLDER FILE.pcap...\n');
    process.exitCode = 2;
  }
}
