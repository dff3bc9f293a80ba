// The incidents recorded on a 6.18 kernel (`captures/recorded-6.18`), opened by name.
import { readdirSync, readFileSync } from 'node:fs';
import type { Analysis } from '../engine/model/analysis.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { openBytes } from './captureFiles.ts';

const FOLDER = 'src/testing/captures/recorded-6.18';

export const recordingNames = (): readonly string[] => readdirSync(FOLDER);

/** @param share of the server's octets that its capture holds */
export async function analyzeRecording(name: string, isWanted: (point: string) => boolean = () => true, share = 1): Promise<Analysis> {
  const files = readdirSync(`${FOLDER}/${name}`).filter((f) => isWanted(f));
  const taps = await Promise.all(
    files.map((file, i) =>
      openBytes(head(readFileSync(`${FOLDER}/${name}/${file}`), file.startsWith('server') ? share : 1), {
        tapName: file.replace('.pcap', ''),
        tapId: tapId(i),
      }),
    ),
  );
  return analyze(buildWorkspace(taps));
}

const head = (bytes: Uint8Array, share: number): Uint8Array => bytes.subarray(0, Math.ceil(bytes.length * share));
