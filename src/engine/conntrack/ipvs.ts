// IPVS (NAT = masquerading forwarding): its own connection table and timers beside conntrack. No sequence or window checks at all.
// Source: ip_vs_core.c ip_vs_in_hook(), ip_vs_proto_tcp.c tcp_conn_schedule(), tcp_states[], tcp_timeouts[].
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import type { Segment } from './segment.ts';

/** What IPVS does with a packet. */
export const I_FORWARDS = 0;
/** No connection and no SYN: the packet goes to the node's own stack, which answers RST from the service address. */
export const I_NODE_RESETS = 1;
/** A reply without a connection passes as it is. */
export const I_PASSES = 2;
/** The backend was removed and `expire_nodest_conn` is 0; or a SYN found an old connection whose conntrack entry had to go first. */
export const I_DROPS = 3;
/** The service has no backend: the client gets ICMP port unreachable. */
export const I_UNREACHABLE = 4;

const [NO, ES, SS, SR, FW, TW, CL, CW, LA, LI] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** New state at `(fromServer * 4 + kind) * 11 + old state`; kinds: 0 SYN, 1 FIN, 2 ACK, 3 RST. */
const NEXT = Uint8Array.of(
  // old             NO  ES  SS  SR  FW  TW  CL  CW  LA  LI  SA
  /* client syn */ ...[SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR],
  /* client fin */ ...[CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, TW],
  /* client ack */ ...[ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES],
  /* client rst */ ...[CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, SR],
  /* server syn */ ...[SS, ES, SS, SR, SS, SS, SS, SS, SS, LI, SR],
  /* server fin */ ...[TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW],
  /* server ack */ ...[ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES],
  /* server rst */ ...[CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL],
);
/** Seconds by state. */
const TIMEOUTS = [2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120];
const NANOS_PER_SECOND = 1e9;

export interface IpvsSettings {
  /** `ipvsadm --set TCP TCPFIN UDP`, seconds. */
  readonly tcp?: number;
  readonly tcpfin?: number;
  /** Schedule any packet but a RST, not only a SYN. */
  readonly sloppyTcp?: boolean;
  readonly expireNodestConn?: boolean;
  /** `conn_reuse_mode`: bits that let a SYN open a connection in TIME_WAIT (1) or FIN_WAIT (2) anew. */
  readonly connReuseMode?: number;
  /** Before 5.9, with `vs.conntrack`: the SYN that opens anew is dropped, its retransmission passes. */
  readonly dropsReusedSyn?: boolean;
}

class IpvsConnection {
  state = NO;
  deadline = 0;
  isBackendGone = false;
}

const REUSES_TIME_WAIT = 1;
const REUSES_FIN_WAIT = 2;

const keyOf = (address: number, port: number): number => address * 65_536 + port;

/** One node's table: connections by client and service endpoint. */
export class IpvsTable {
  private readonly byClient = new Map<number, Map<number, IpvsConnection>>();
  private readonly settings: IpvsSettings;
  private readonly timeouts: readonly number[];
  private hasBackend = true;

  constructor(settings: IpvsSettings = {}) {
    this.settings = settings;
    this.timeouts = TIMEOUTS.map((seconds, state) => {
      const set = state === ES ? settings.tcp : state === FW ? settings.tcpfin : undefined;
      return (set ?? seconds) * NANOS_PER_SECOND;
    });
  }

  /** A packet from the client to the service. */
  fromClient(s: Segment): number {
    const connection = this.find(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort, s.time);
    if (connection?.isBackendGone) {
      if (!this.settings.expireNodestConn) return I_DROPS;
      this.forget(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort);
    } else if (connection && !this.isReused(connection, s)) {
      this.step(connection, 0, s);
      return I_FORWARDS;
    } else if (connection) {
      this.forget(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort);
      if (this.settings.dropsReusedSyn) return I_DROPS;
    }
    const isScheduled = (s.flags & RST) === 0 && ((s.flags & SYN) !== 0 || (this.settings.sloppyTcp ?? false));
    if (!isScheduled) return I_NODE_RESETS;
    if (!this.hasBackend) return I_UNREACHABLE;
    const made = new IpvsConnection();
    const client = keyOf(s.sourceAddress, s.sourcePort);
    const services = this.byClient.get(client) ?? new Map<number, IpvsConnection>();
    services.set(keyOf(s.destinationAddress, s.destinationPort), made);
    this.byClient.set(client, services);
    this.step(made, 0, s);
    return I_FORWARDS;
  }

  /** A packet from a backend to the client of a connection to `service`. */
  fromServer(s: Segment, serviceAddress: number, servicePort: number): number {
    const connection = this.find(s.destinationAddress, s.destinationPort, serviceAddress, servicePort, s.time);
    if (!connection) return I_PASSES;
    this.step(connection, 1, s);
    return I_FORWARDS;
  }

  /** The service's endpoint was taken away: what becomes of its connections is up to `expireNodestConn`. */
  removeBackend(clientAddress: number, clientPort: number, serviceAddress: number, servicePort: number): void {
    const connection = this.byClient.get(keyOf(clientAddress, clientPort))?.get(keyOf(serviceAddress, servicePort));
    if (connection) connection.isBackendGone = true;
  }

  /** A backend of weight 0 keeps its connections and gets no new one; false: no other is left. */
  setHasBackend(hasBackend: boolean): void {
    this.hasBackend = hasBackend;
  }

  private isReused(connection: IpvsConnection, s: Segment): boolean {
    const mode = this.settings.connReuseMode ?? 0;
    if ((s.flags & (SYN | ACK)) !== SYN) return false;
    return ((mode & REUSES_TIME_WAIT) !== 0 && connection.state === TW) || ((mode & REUSES_FIN_WAIT) !== 0 && connection.state === FW);
  }

  private find(client: number, clientPort: number, service: number, servicePort: number, now: number): IpvsConnection | null {
    const connection = this.byClient.get(keyOf(client, clientPort))?.get(keyOf(service, servicePort));
    if (!connection) return null;
    if (connection.deadline > now) return connection;
    this.forget(client, clientPort, service, servicePort);
    return null;
  }

  /** Takes a connection out of the table before its time. */
  forget(client: number, clientPort: number, service: number, servicePort: number): void {
    this.byClient.get(keyOf(client, clientPort))?.delete(keyOf(service, servicePort));
  }

  private step(connection: IpvsConnection, fromServer: number, s: Segment): void {
    const kind = s.flags & RST ? 3 : s.flags & SYN ? 0 : s.flags & FIN ? 1 : s.flags & ACK ? 2 : -1;
    if (kind >= 0) connection.state = NEXT[(fromServer * 4 + kind) * 11 + connection.state];
    connection.deadline = s.time + this.timeouts[connection.state];
  }
}
