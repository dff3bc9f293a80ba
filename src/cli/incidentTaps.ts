// An incident file on the command line: its taps, as if the captures had been given.
import { open, readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../base/result.ts';
import { describeIncidentError } from '../document/errors.ts';
import { type ReadIncident, readIncidentFile, startsAsIncident } from '../document/file/readIncidentFile.ts';
import { type Reopened, reopen } from '../document/share/reopen.ts';

export interface IncidentTaps extends Reopened {
  readonly incident: ReadIncident;
}

const HEAD = 128 * 1024;

/** Null: no incident, or no file that can be read. */
export async function incidentTaps(path: string): Promise<Result<IncidentTaps, string> | null> {
  if (!(await isIncident(path))) return null;
  const read = await readIncidentFile(new Uint8Array(await readFile(path)));
  if (!read.ok) return err(`${path}: ${describeIncidentError(read.error)}`);
  return ok({ incident: read.value, ...(await reopen(read.value)) });
}

async function isIncident(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD), 0, HEAD, 0);
      return startsAsIncident(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    // Whoever opens it as a capture says why it can't be read.
    return false;
  }
}
