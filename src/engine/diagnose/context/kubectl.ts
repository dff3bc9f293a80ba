// `kubectl get pods,services,endpointslices,nodes -o json|yaml`: names for addresses, and which backends a service had.
import type { Draft } from './draft.ts';
import { parseAddress } from './lines.ts';

/** Lists of lists do not nest deeper than this. */
const DEEPEST = 4;

/** @param value what the JSON or YAML parser made of the text: nothing about its shape is believed */
export function readKubectl(value: unknown, file: string, draft: Draft): void {
  const objects: Fields[] = [];
  collect(value, 0, objects);
  const services = new Map<string, Service>();
  for (const o of objects) if (text(o.kind) === 'Service') readService(o, file, draft, services);
  for (const o of objects) {
    if (draft.isFull) return;
    const kind = text(o.kind);
    if (kind === 'Pod') readPod(o, file, draft);
    else if (kind === 'Node') readNode(o, file, draft);
    else if (kind === 'EndpointSlice') readSlice(o, services);
    else if (kind === 'Endpoints') readEndpoints(o, services);
  }
  for (const service of services.values()) {
    for (const port of service.ports) {
      const backends = service.backends.filter((b) => b.portName === port.name);
      for (const address of service.addresses)
        draft.services.push({
          name: service.name,
          address,
          port: port.port,
          backends: backends.map((b) => ({ address: b.address, port: b.port })),
          via: 'kubectl',
          file,
        });
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;
interface Service {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly backends: { address: string; port: number; portName: string }[];
}

const isFields = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v);
const fields = (v: unknown): Fields => (isFields(v) ? v : {});
const list = (v: unknown): readonly unknown[] => (Array.isArray(v) ? v : []);
const text = (v: unknown): string => (typeof v === 'string' ? v.slice(0, 300) : typeof v === 'number' ? String(v) : '');
const port = (v: unknown): number | null => (typeof v === 'number' && Number.isInteger(v) && v >= 0 && v <= 65_535 ? v : null);
const fullName = (o: Fields): string => {
  const { namespace, name } = fields(o.metadata);
  return text(namespace) === '' ? text(name) : `${text(namespace)}/${text(name)}`;
};

function collect(value: unknown, depth: number, into: Fields[]): void {
  if (Array.isArray(value)) for (const v of value) collect(v, depth + 1, into);
  if (!isFields(value) || depth > DEEPEST) return;
  if (Array.isArray(value.items)) for (const v of value.items) collect(v, depth + 1, into);
  else into.push(value);
}

function readPod(o: Fields, file: string, draft: Draft): void {
  const status = fields(o.status);
  const spec = fields(o.spec);
  // A pod on the host's network has the node's address: its name would name the node wrongly.
  if (spec.hostNetwork === true) return;
  const phase = text(status.phase);
  if (phase === 'Succeeded' || phase === 'Failed') return;
  const ips = [text(status.podIP), ...list(status.podIPs).map((v) => text(fields(v).ip))];
  for (const ip of new Set(ips)) {
    const address = parseAddress(ip);
    if (address !== null)
      draft.names.push({ address, port: null, name: fullName(o), kind: 'pod', node: text(spec.nodeName) || null, file });
  }
}

function readNode(o: Fields, file: string, draft: Draft): void {
  const status = fields(o.status);
  for (const entry of list(status.addresses)) {
    const { type, address } = fields(entry);
    const canonical = parseAddress(text(address));
    if (canonical !== null && text(type).endsWith('IP'))
      draft.names.push({ address: canonical, port: null, name: fullName(o), kind: 'node', node: fullName(o), file });
  }
  const release = text(fields(status.nodeInfo).kernelVersion);
  if (release !== '') draft.kernels.push({ release, node: fullName(o), file });
}

function readService(o: Fields, file: string, draft: Draft, services: Map<string, Service>): void {
  const spec = fields(o.spec);
  const ingress = list(fields(fields(o.status).loadBalancer).ingress).map((v) => text(fields(v).ip));
  const candidates = [text(spec.clusterIP), ...list(spec.clusterIPs).map(text), ...list(spec.externalIPs).map(text), ...ingress];
  const addresses = [...new Set(candidates.map(parseAddress).filter((a) => a !== null))];
  const ports = list(spec.ports).flatMap((v) => {
    const p = fields(v);
    const number = port(p.port);
    return number === null || (text(p.protocol) !== '' && text(p.protocol) !== 'TCP') ? [] : [{ name: text(p.name), port: number }];
  });
  for (const address of addresses) {
    draft.names.push({ address, port: null, name: fullName(o), kind: 'service', node: null, file });
    for (const p of ports)
      if (p.name !== '') draft.names.push({ address, port: p.port, name: `${fullName(o)}:${p.name}`, kind: 'service', node: null, file });
  }
  services.set(fullName(o), { name: fullName(o), addresses, ports, backends: [] });
}

function readSlice(o: Fields, services: Map<string, Service>): void {
  const { namespace, labels } = fields(o.metadata);
  const owner = services.get(`${text(namespace)}/${text(fields(labels)['kubernetes.io/service-name'])}`);
  if (!owner) return;
  const ports = list(o.ports).map(fields);
  for (const entry of list(o.endpoints)) {
    const endpoint = fields(entry);
    if (fields(endpoint.conditions).ready === false && fields(endpoint.conditions).serving !== true) continue;
    for (const a of list(endpoint.addresses)) add(owner, text(a), ports);
  }
}

function readEndpoints(o: Fields, services: Map<string, Service>): void {
  const owner = services.get(fullName(o));
  if (!owner) return;
  for (const subset of list(o.subsets)) {
    const ports = list(fields(subset).ports).map(fields);
    for (const a of list(fields(subset).addresses)) add(owner, text(fields(a).ip), ports);
  }
}

function add(service: Service, ip: string, ports: readonly Fields[]): void {
  const address = parseAddress(ip);
  for (const p of ports) {
    const number = port(p.port);
    if (address !== null && number !== null && service.backends.length < 100_000)
      service.backends.push({ address, port: number, portName: text(p.name) });
  }
}
