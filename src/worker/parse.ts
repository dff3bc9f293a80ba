// One capture point: its files → tables, connections and a summary.
import { err, type Result } from '../base/result.ts';
import type { OpenError, OpenProgress, TapRequest, TapSummary } from './api.ts';
import type { HeldTap } from './session.ts';

export interface ParsedTap {
  readonly held: HeldTap;
  readonly summary: TapSummary;
}

export async function parseTap(request: TapRequest, onProgress: (p: OpenProgress) => void): Promise<Result<ParsedTap, OpenError>> {
  onProgress({ bytes: 0, totalBytes: request.files.reduce((sum, f) => sum + f.size, 0), packets: 0 });
  return err({ kind: 'unsupported', file: request.name, detail: 'no reader yet' });
}
