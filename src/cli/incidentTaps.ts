// An incident file on the command line: its taps, as if the captures had been given.
import { open, readFile, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../base/result.ts';
import { describeIncidentError } from '../document/errors.ts';
import { incidentInPage } from '../document/file/html.ts';
import { isLocked, unlock } from '../document/file/lock.ts';
import { MAX_INCIDENT_FILE, type ReadIncident, readIncidentFile, startsAsIncident } from '../document/file/readIncidentFile.ts';
import { type Reopened, reopen } from '../document/share/reopen.ts';
import { PASSPHRASE, passphraseOfEnvironment } from './passphrase.ts';

export interface IncidentTaps extends Reopened {
  readonly incident: ReadIncident;
}

const HEAD = 128 * 1024;

/** Null: no incident, or no file that can be read. A shared page holds one as well; a locked one opens with the passphrase of the environment. */
export async function incidentTaps(path: string): Promise<Result<IncidentTaps, string> | null> {
  const head = await headOf(path);
  if (head === null) return null;
  const isPage = PAGE.test(Buffer.from(head.subarray(0, 64)).toString('latin1'));
  if (!isPage && !isLocked(head) && !startsAsIncident(head)) return null;
  const file = await readFile(path);
  const bytes = isPage ? incidentInPage(file.toString('utf8')) : new Uint8Array(file);
  if (bytes === null) return null;
  const plain = isLocked(bytes) ? await unlocked(bytes) : ok(bytes);
  if (!plain.ok) return err(`${path}: ${plain.error}`);
  const read = await readIncidentFile(plain.value);
  if (!read.ok) return err(`${path}: ${describeIncidentError(read.error)}`);
  return ok({ incident: read.value, ...(await reopen(read.value)) });
}

const PAGE = /^\s*<!doctype html/i;

async function unlocked(bytes: Uint8Array<ArrayBuffer>): Promise<Result<Uint8Array<ArrayBuffer>, string>> {
  const passphrase = passphraseOfEnvironment();
  if (passphrase === null) return err(`the incident is locked: put its passphrase into ${PASSPHRASE}`);
  const plain = await unlock(bytes, passphrase, MAX_INCIDENT_FILE);
  return plain.ok ? plain : err(`the words in ${PASSPHRASE} are not its passphrase, or the incident was changed on its way`);
}

async function headOf(path: string): Promise<Uint8Array | null> {
  try {
    // What a pipe gives can't be had again.
    if (!(await stat(path)).isFile()) return null;
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    // Whoever opens it as a capture says why it can't be read.
    return null;
  }
}
