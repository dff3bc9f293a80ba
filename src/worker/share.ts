// What leaves when an incident is shared: gathered from the files, redacted, written.
import { factsOfFile } from '../document/context.ts';
import type { IncidentContents } from '../document/file/contents.ts';
import { splitCaptures } from '../document/file/splitCaptures.ts';
import { writeIncidentFile } from '../document/file/writeIncidentFile.ts';
import type { IncidentDocument } from '../document/model.ts';
import { addressText } from '../document/redact/textRedactor.ts';
import { type Prepared, prepareShare } from '../document/share/prepareShare.ts';
import { blobSource } from '../engine/capture/source.ts';
import { renderSentence } from '../engine/diagnose/wording/render.ts';
import type { QueryAnswer, SharedFiles, SharedName, ShareKind, SharePreview, ShareRequest } from './api.ts';
import type { Session } from './session.ts';
import { shareLadderOf } from './shareLadder.ts';
import { shareTables } from './shareTables.ts';

export async function sharePreview(session: Session, request: ShareRequest): Promise<SharePreview | null> {
  const made = await prepare(session, request);
  if (!made) return null;
  const { redacted, gathered } = made;
  const { document } = gathered.contents;
  const { report } = redacted;
  const left = redacted.contents.document;
  return {
    size: (await writeIncidentFile(redacted.contents)).length,
    packets: report.packets,
    payload: { captured: report.counts.payload, kept: report.counts.payloadKept },
    addresses: report.addresses.map(addressText).sort(),
    hardwareAddresses: report.hardwareAddresses.map((a) => Array.from(a, (o) => o.toString(16).padStart(2, '0')).join(':')).sort(),
    names: namesOf(document, left, (d) => d.names.map(([, name]) => name)),
    points: namesOf(document, left, (d) => [...d.taps, ...d.lanes].map(({ name }) => name)),
    files: namesOf(document, left, (d) => d.captures.map(({ name }) => name)),
    comments: report.comments,
    notes: document.notes.length + document.story.length,
    context: contextFiles(redacted.contents.document),
    textReplacements: report.textReplacements,
    suspicious: report.suspicious,
    unreadable: gathered.unreadable,
    notUnderstood: report.counts.unreadable,
  };
}

/** What of each context file leaves: as many facts as are left of it. */
function contextFiles({ context }: IncidentDocument): SharePreview['context'] {
  return context.files.map(({ name, kind }) => {
    const { names, services, conntrack, counters, sysctl, kernels, invalidRules, marks } = factsOfFile(context, name);
    const lists = [names, services, conntrack, kernels, invalidRules, marks];
    const counted = counters.reduce((n, c) => n + c.values.size, 0);
    return { name, kind: kind ?? '', facts: lists.reduce((n, list) => n + list.length, 0) + sysctl.size + counted };
  });
}

/** Every name once, with what it becomes. Redaction keeps the order of what it renames. */
function namesOf(was: IncidentDocument, left: IncidentDocument, names: (document: IncidentDocument) => readonly string[]): SharedName[] {
  const becomes = names(left);
  const pairs = new Map(names(was).map((name, i) => [name, becomes[i] ?? '']));
  pairs.delete('');
  return [...pairs].map(([name, to]) => ({ was: name, becomes: to })).sort((a, b) => (a.was < b.was ? -1 : 1));
}

export async function share(session: Session, request: ShareRequest, kind: ShareKind): Promise<SharedFiles | null> {
  const made = await prepare(session, request);
  if (!made) return null;
  const { contents } = made.redacted;
  return { document: contents.document, files: await filesOf(contents, kind) };
}

export async function shareLadder(session: Session, request: ShareRequest): Promise<QueryAnswer<'shareLadder'>> {
  const made = await prepare(session, request);
  if (!made) return null;
  return shareLadderOf(made.redacted.contents, request.packets === 'evidence' ? null : (request.assumption ?? null));
}

async function filesOf(contents: IncidentContents, kind: ShareKind): Promise<SharedFiles['files']> {
  if (kind === 'document') return [];
  if (kind === 'incident') return [{ name: 'incident.pcapng', bytes: await writeIncidentFile(contents) }];
  if (kind === 'pcapng') return splitCaptures(contents).map((c) => ({ name: `${stem(c.name)}-filtered.pcapng`, bytes: c.bytes }));
  return shareTables(contents);
}

/** Name of a file without folders and without its ending. */
export const stem = (name: string): string =>
  (name.replaceAll('\\', '/').split('/').at(-1) ?? '').replace(/\.(pcap|pcapng|cap|dmp)?\d*(\.(gz|zst))?$/i, '') || 'capture';

async function prepare(session: Session, request: ShareRequest): Promise<Prepared | null> {
  const { analysis } = session;
  if (!analysis) return null;
  return prepareShare({
    analysis,
    document: request.document,
    captures: session.keys.map((key) => request.captures.find((c) => c.key === key)?.captures ?? []),
    sources: session.keys.map((key) => session.held.get(key)?.files.map((file) => blobSource(file.name, file)) ?? []),
    packets: request.packets,
    choices: request.choices,
    key: request.redactionKey,
    render: (says) => renderSentence(says, request.language),
  });
}
