// Which paths one ladder shows: the one asked for (or the main finding's), and the one that replaced it.
import type { Analysis } from '../../model/analysis.ts';
import type { Path } from '../../model/correlation.ts';
import type { PathId } from '../../model/units.ts';

/** A new connection of the same client to the same service counts as the replacement if it opens before this has passed. */
const REPLACED_WITHIN_SECONDS = 10;

/** @returns the path itself first; empty when nothing was captured */
export function ladderPaths(analysis: Analysis, wanted: PathId | null): PathId[] {
  const main = wanted ?? mainPath(analysis);
  if (main === null) return [];
  const next = replacementOf(analysis, main);
  return next === null ? [main] : [main, next];
}

/** The main finding's path; else the one with leaks, resets or most packets. */
export function mainPath(analysis: Analysis): PathId | null {
  const { correlation, diagnosis } = analysis;
  const found = diagnosis.findings.find((f) => f.path !== null)?.path;
  if (found !== undefined && found !== null) return found;
  const leaked = correlation.leaks[0]?.path;
  if (leaked !== undefined) return leaked;
  const killed = correlation.resets.find((r) => r.effect === 'kills' && r.path !== null)?.path;
  if (killed !== undefined && killed !== null) return killed;
  let best: Path | null = null;
  for (const p of correlation.paths) if (!best || p.packets > best.packets) best = p;
  return best?.id ?? null;
}

/** The same client opened another connection to the same place after this one had been reset. */
function replacementOf(analysis: Analysis, id: PathId): PathId | null {
  const { correlation } = analysis;
  const path = correlation.paths[id];
  if (!path || !correlation.resets.some((r) => r.path === id && r.effect === 'kills')) return null;
  const target = path.service ?? path.server;
  let best: Path | null = null;
  for (const p of correlation.paths) {
    if (p.id === id || p.client.address !== path.client.address) continue;
    const other = p.service ?? p.server;
    if (other.address !== target.address || other.port !== target.port) continue;
    const killedAt = path.lastTime;
    if (p.firstTime <= path.firstTime || p.firstTime > killedAt + REPLACED_WITHIN_SECONDS * 1e9 || p.lastTime < killedAt) continue;
    if (!best || p.firstTime < best.firstTime) best = p;
  }
  // With many connections at a time nothing says which of them replaced this one.
  const sameTime = correlation.paths.filter(
    (p) => p.firstTime <= path.lastTime && p.lastTime >= path.firstTime && p.client.address === path.client.address,
  );
  return best && sameTime.length <= 2 ? best.id : null;
}
