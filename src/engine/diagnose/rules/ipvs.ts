// What is known about IPVS on the node, from context files alone.
import type { Scene } from '../scene.ts';

/** Seconds: established connections of IPVS where nobody set another (conntrack.md §12.2). */
export const IPVS_IDLE_SECONDS = 900;
/** Seconds: after a FIN. */
export const IPVS_FIN_SECONDS = 120;

/** A context file shows that IPVS translates here. */
export const isIpvs = (scene: Scene): boolean => scene.facts.proxyMode?.mode === 'ipvs';
/** A context file shows that something else does. */
export const isNotIpvs = (scene: Scene): boolean => scene.facts.proxyMode !== null && scene.facts.proxyMode.mode !== 'ipvs';
export const ipvsIdleSeconds = (scene: Scene): number => scene.facts.ipvsTimeouts?.tcp ?? IPVS_IDLE_SECONDS;
export const ipvsFinSeconds = (scene: Scene): number => scene.facts.ipvsTimeouts?.tcpfin ?? IPVS_FIN_SECONDS;
