// `ipvsadm -Ln`, `ipvsadm -Lnc`, `ipvsadm -l --timeout`.
import type { Draft } from './draft.ts';
import { eachLine, parseEndpoint } from './lines.ts';

export function readIpvs(text: string, file: string, draft: Draft): void {
  let service: { address: string; port: number } | null = null;
  let backends: { address: string; port: number }[] = [];
  const flush = (): void => {
    if (service) draft.services.push({ name: '', address: service.address, port: service.port, backends, via: 'ipvs', file });
    service = null;
    backends = [];
  };
  eachLine(text, (line) => {
    const timeouts = /^Timeout \(tcp tcpfin udp\): (\d{1,9}) (\d{1,9}) \d{1,9}/.exec(line);
    if (timeouts) draft.ipvsTimeouts = { tcp: Number(timeouts[1]), tcpfin: Number(timeouts[2]), file };
    const [kind = '', name = ''] = line.trim().split(/\s+/);
    if (kind === 'TCP' || kind === 'UDP' || kind === 'SCTP') {
      flush();
      const parsed = parseEndpoint(name);
      if (kind === 'TCP' && parsed) {
        service = parsed;
        draft.proxyMode = { mode: 'ipvs', file };
      }
    } else if (kind === '->' && service) {
      const backend = parseEndpoint(name);
      if (backend) backends.push(backend);
    }
    return draft.isFull;
  });
  flush();
}

/** `TCP 14:59 ESTABLISHED 10.0.0.1:4000 10.96.0.1:443 10.0.0.2:6443`: an entry of IPVS's own table. */
export function readIpvsConnections(text: string, file: string, draft: Draft): void {
  eachLine(text, (line) => {
    const [kind, expire = '', state = '', client = '', virtual = '', destination = ''] = line.trim().split(/\s+/);
    const ends = [parseEndpoint(client), parseEndpoint(virtual), parseEndpoint(destination)];
    if (kind === 'TCP' && ends.every((e) => e !== null) && /^\d+:\d\d$/.test(expire)) {
      const [minutes = 0, seconds = 0] = expire.split(':').map(Number);
      draft.conntrack.push({
        state: `IPVS ${state}`,
        secondsLeft: minutes * 60 + seconds,
        original: { source: client, destination: virtual },
        reply: { source: destination, destination: client },
        unreplied: false,
        assured: true,
        file,
      });
      draft.proxyMode = { mode: 'ipvs', file };
    }
    return draft.isFull;
  });
}
