// Opened captures of an extract run, the least recently used forgotten first: memory is bounded whatever the number of captures.
import { formatCaptureError } from '../../engine/capture/captureError.ts';
import { openCapture, tapNameOf } from '../../engine/capture/openCapture.ts';
import type { Tap } from '../../engine/model/capture.ts';
import { type NodeSource, openNodeSource } from '../nodeSource.ts';

export interface OpenedCapture {
  readonly tap: Tap;
  readonly source: NodeSource;
}

/** Packets held over all cached captures, about 60 octets each; the one in use is held whatever its size. */
const MOST_PACKETS = 4_000_000;

export class CaptureCache {
  private readonly opened = new Map<string, OpenedCapture>();

  /** @returns the capture, or one sentence that says why it can't be read */
  async open(file: string): Promise<OpenedCapture | string> {
    const known = this.opened.get(file);
    if (known) {
      this.opened.delete(file);
      this.opened.set(file, known);
      return known;
    }
    const opening = await openNodeSource(file);
    if (!opening.ok) return opening.error;
    const source = opening.value;
    const read = await openCapture([source], { tapName: tapNameOf(file) });
    if (!read.ok) {
      await source.close();
      return formatCaptureError(read.error);
    }
    const entry = { tap: read.value, source };
    this.opened.set(file, entry);
    await this.shrink(file);
    return entry;
  }

  async close(): Promise<void> {
    for (const { source } of this.opened.values()) await source.close();
    this.opened.clear();
  }

  private async shrink(keep: string): Promise<void> {
    let packets = 0;
    for (const { tap } of this.opened.values()) packets += tap.packets.length;
    for (const [file, { tap, source }] of this.opened) {
      if (packets <= MOST_PACKETS) return;
      if (file === keep) continue;
      packets -= tap.packets.length;
      this.opened.delete(file);
      await source.close();
    }
  }
}
