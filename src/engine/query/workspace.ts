// Opened capture points → the workspace that everything across them works on.
import { analyzeFlows } from '../flow/analyzeFlows.ts';
import type { Tap } from '../model/capture.ts';
import type { FlowAnalysis } from '../model/connection.ts';
import type { Workspace } from '../model/correlation.ts';

/**
 * Joins capture points into a workspace; `flows` may come from where the tap was parsed. The epoch is the earliest first record of any
 * tap, so that reference-clock times stay small enough for doubles to hold nanoseconds exactly.
 */
export function buildWorkspace(taps: readonly Tap[], flows?: readonly FlowAnalysis[]): Workspace {
  const epochs = taps.filter((t) => t.packets.length > 0).map((t) => t.packets.epoch);
  return {
    epoch: epochs.reduce((low, e) => (e < low ? e : low), epochs[0] ?? 0n),
    taps,
    flows: flows ?? taps.map((t) => analyzeFlows(t.packets)),
  };
}
