// What to capture next: complete command lines for the capture points that are missing, filled with the addresses and ports found.
import type { Endpoint } from '../model/address.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Path } from '../model/correlation.ts';
import type { CaptureNext, Finding } from '../model/finding.ts';
import { ORIGINAL, REPLY } from '../model/units.ts';
import type { Scene } from './scene.ts';
import { fatalStall, passedAll } from './stalls.ts';
import { say } from './wording/render.ts';

/** Asked for when the main finding is not certain, or when nothing explains what happened. */
export function captureNextOf(scene: Scene, findings: readonly Finding[], unexplained: readonly Path[]): readonly CaptureNext[] {
  const [main] = findings;
  const doubtful =
    main?.severity === 'critical' && main.confidence !== 'certain' && main.path !== null ? scene.correlation.paths[main.path] : undefined;
  const path = doubtful ?? (main?.severity === 'critical' ? undefined : unexplained[0]);
  if (!path) return [];
  const view = scene.view(path);
  const list: CaptureNext[] = [];
  const name = (role: string): string => `${role}.pcap`;
  const stall = fatalStall(view);
  const beyond = stall && passedAll(stall) ? stall.direction : null;
  if (!view.clientLeg || beyond === REPLY) {
    list.push({
      where: say('next.client', { client: path.client.address }),
      command: tcpdump('any', clientFilter(path), name('client')),
      decides: say('next.decidesLeak'),
    });
  }
  if (view.nodeLegs.length === 0) {
    const service = formatEndpoint(path.service ?? path.server);
    list.push({
      where: say('next.node', { service }),
      command: tcpdump('any', nodeFilter(path), name('node')),
      decides: say('next.decidesNode'),
    });
  }
  if (!view.serverLeg || beyond === ORIGINAL) {
    const server = path.service && path.service.address === path.server.address ? path.service : path.server;
    list.push({
      where: say('next.server', { server: formatEndpoint(server) }),
      command: tcpdump('any', `tcp port ${server.port}`, name('server')),
      decides: say('next.decidesServer'),
    });
  }
  return list;
}

/** `-s 128` keeps every header and the start of the payload, which matching needs; `--nano` because clocks are compared. */
const tcpdump = (device: string, filter: string, file: string): string =>
  `tcpdump -i ${device} -nn -s 128 -B 16384 --time-stamp-precision=nano -w ${file} '${filter}'`;

/** All of the client's traffic with the service's and the server's port: a leak has another address, so addresses of servers must not filter. */
const clientFilter = (path: Path): string => `host ${path.client.address} and ${ports([path.service, path.server])}`;
/** On the node both sides of the translation: by port only, since either address may change. */
const nodeFilter = (path: Path): string => `(${ports([path.service, path.server])}) or icmp or icmp6`;

function ports(ends: readonly (Endpoint | null)[]): string {
  const list = [...new Set(ends.flatMap((e) => (e ? [e.port] : [])))].map((p) => `tcp port ${p}`);
  return list.length > 1 ? `(${list.join(' or ')})` : (list[0] ?? 'tcp');
}
