// Why a capture could not be opened at all. Each kind has one sentence for the user.

export type CaptureError =
  /** `looksLike` names the format where we know it: 'snoop', 'a zip archive' … */
  | { readonly kind: 'notACapture'; readonly name: string; readonly magic: number; readonly looksLike: string | null }
  | { readonly kind: 'empty'; readonly name: string }
  /** A relative of pcap or a compression that we know but don't read. */
  | { readonly kind: 'unsupported'; readonly name: string; readonly what: string }
  /** Compressed, and not even its first octets can be inflated. */
  | { readonly kind: 'damaged'; readonly name: string; readonly compression: 'gzip' | 'zstd'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly name: string; readonly at: number; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly bytes: number; readonly packets: number }
  | { readonly kind: 'outOfMemory'; readonly name: string; readonly packets: number };

/** One English sentence that says what to do. */
export function formatCaptureError(error: CaptureError): string {
  switch (error.kind) {
    case 'notACapture':
      return error.looksLike
        ? `${error.name} is ${error.looksLike}, not a packet capture: give a pcap or pcapng file, gzip or zstd around it is fine.`
        : `${error.name} is not a packet capture (it starts with ${hex(error.magic)}): give a pcap or pcapng file.`;
    case 'empty':
      return `${error.name} is empty: the capture may not have been flushed to disk yet.`;
    case 'unsupported':
      return `${error.name} is ${error.what}, which Hopscope doesn't read: convert it with "editcap -F pcapng ${'<in> <out>'}".`;
    case 'damaged':
      return `${error.name} can't be inflated (${error.reason}): copy it again, or give what "${error.compression} -dc" makes of it.`;
    case 'unreadable':
      return `${error.name} can't be read at octet ${error.at} (${error.reason}): was it moved, changed or unplugged? Choose it again.`;
    case 'cancelled':
      return `Reading was cancelled after ${error.packets} packets.`;
    case 'outOfMemory':
      return `${error.name} is too large for this memory after ${error.packets} packets: cut it with editcap -c, or use the command line tool.`;
  }
}

const hex = (magic: number): string => `0x${(magic >>> 0).toString(16).padStart(8, '0')}`;
