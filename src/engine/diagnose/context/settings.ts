// `sysctl -a`, `uname -r` (or -a), and hosts files.
import type { Draft } from './draft.ts';
import { eachLine, parseAddress } from './lines.ts';

/** Only these branches say anything about connections. */
const RELEVANT = /^net\.(?:netfilter|ipv4\.(?:vs|tcp|ip)|ipv6|core|nf_conntrack|bridge)/;

export function readSysctl(text: string, file: string, draft: Draft): void {
  eachLine(text, (line) => {
    const at = line.indexOf('=');
    const name = line.slice(0, Math.max(0, at)).trim().replaceAll('/', '.');
    if (at > 0 && name.length < 200 && RELEVANT.test(name))
      draft.sysctl.set(name, {
        value: line
          .slice(at + 1)
          .trim()
          .slice(0, 200),
        file,
      });
    if (name === 'kernel.osrelease')
      draft.kernels.push({
        release: line
          .slice(at + 1)
          .trim()
          .slice(0, 100),
        node: null,
        file,
      });
    return draft.isFull;
  });
}

export function readUname(text: string, file: string, draft: Draft): void {
  const [first = ''] = text.split('\n', 1);
  const words = first.trim().split(/\s+/);
  const release = words.find((w) => /^\d+\.\d+/.test(w));
  if (release) draft.kernels.push({ release: release.slice(0, 100), node: words[0] === 'Linux' ? (words[1] ?? null) : null, file });
}

export function readHosts(text: string, file: string, draft: Draft): void {
  eachLine(text, (line) => {
    const [address = '', name] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    const canonical = parseAddress(address);
    if (canonical !== null && name && name.length <= 253)
      draft.names.push({ address: canonical, port: null, name, kind: 'host', node: null, file });
    return draft.isFull;
  });
}
