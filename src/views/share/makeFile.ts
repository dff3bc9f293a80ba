// From a share kind to what is saved or copied.
import { embedIncident } from '../../document/file/html.ts';
import { LINK_LIMIT, writeLink } from '../../document/file/link.ts';
import { lock } from '../../document/file/lock.ts';
import { TICKET_WORDS, ticketMarkdown } from '../../document/ticket/markdown.ts';
import type { Engine, ShareRequest } from '../../worker/api.ts';
import { viewerPage } from './viewer.ts';

export type Kind = 'html' | 'incident' | 'link' | 'markdown' | 'mermaid' | 'svg' | 'png' | 'pcapng' | 'tables';

export type Made =
  | { readonly kind: 'files'; readonly files: readonly { readonly name: string; readonly blob: Blob }[] }
  | { readonly kind: 'text'; readonly text: string; readonly isLink: boolean }
  | { readonly kind: 'refused'; readonly why: 'noViewer' | 'nothing' | 'linkNeedsPage' | 'noDiagram' }
  | { readonly kind: 'linkTooLong'; readonly characters: number; readonly limit: number };

/** A file name out of a title: letters and digits of any script, the rest becomes `-`. */
export const fileStem = (title: string): string =>
  title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'incident';

/** Forms that may be locked. */
export const canBeLocked = (kind: Kind): boolean => kind === 'html' || kind === 'incident' || kind === 'link';

/** @param passphrase empty: nothing is locked */
export async function makeFile(
  engine: Engine,
  request: ShareRequest,
  kind: Exclude<Kind, 'svg' | 'png' | 'mermaid'>,
  passphrase: string,
): Promise<Made> {
  switch (kind) {
    case 'markdown': {
      const shared = await engine.query('share', request, 'document');
      return shared ? { kind: 'text', text: ticketMarkdown(shared.document, TICKET_WORDS[request.language]), isLink: false } : nothing;
    }
    case 'pcapng':
    case 'tables': {
      const shared = await engine.query('share', request, kind);
      const type = kind === 'tables' ? 'application/vnd.apache.parquet' : 'application/x-pcapng';
      return shared ? { kind: 'files', files: shared.files.map((f) => ({ name: f.name, blob: new Blob([f.bytes], { type }) })) } : nothing;
    }
    default: {
      if (kind === 'link' && !location.protocol.startsWith('http')) return { kind: 'refused', why: 'linkNeedsPage' };
      const shared = await engine.query('share', request, 'incident');
      const file = shared?.files[0];
      if (!shared || !file) return nothing;
      const isSealed = passphrase !== '';
      const bytes = isSealed ? await lock(file.bytes, passphrase) : file.bytes;
      if (kind === 'link') return linkTo(bytes);
      // A title would tell what the passphrase is to keep.
      const { title, summary } = isSealed ? { title: '', summary: '' } : shared.document;
      const name = fileStem(title);
      if (kind === 'incident') {
        const type = isSealed ? 'application/octet-stream' : 'application/x-pcapng';
        return { kind: 'files', files: [{ name: `${name}.${isSealed ? 'hopscope' : 'pcapng'}`, blob: new Blob([bytes], { type }) }] };
      }
      const viewer = await viewerPage();
      if (viewer === null) return { kind: 'refused', why: 'noViewer' };
      const page = embedIncident(viewer, bytes, { title, summary });
      return { kind: 'files', files: [{ name: `${name}.html`, blob: new Blob([page], { type: 'text/html' }) }] };
    }
  }
}

const nothing: Made = { kind: 'refused', why: 'nothing' };

async function linkTo(bytes: Uint8Array<ArrayBuffer>): Promise<Made> {
  const link = await writeLink(bytes);
  if (!link.ok) return { kind: 'linkTooLong', characters: link.error.characters, limit: LINK_LIMIT };
  return { kind: 'text', text: `${location.href.replace(/#.*$/, '')}#${link.value}`, isLink: true };
}

/** Hands a file to the browser's downloads. */
export function saveBlob(name: string, blob: Blob): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  // The download has its own hold on the blob once it has started.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}
