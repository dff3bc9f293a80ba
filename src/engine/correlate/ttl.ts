// How far a packet came, told by what is left of its TTL or hop limit.

/** The usual initial values of TTL and hop limit: what a packet started with at least. */
export const initialTtl = (ttl: number): number => (ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255);

/** What Linux starts with, `net.ipv4.ip_default_ttl`: nodes that translate are Linux. */
export const LINUX_TTL = 64;
