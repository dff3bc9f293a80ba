// How compressed octets become plain ones on this platform.

/** Pull side of a stream of chunks: null at the end; rejects when the octets are damaged. */
export type PullChunk = () => Promise<Uint8Array | null>;

export interface Inflaters {
  /** Inflates gzip as fast as the platform can. May give up on what it doesn't know (several members); then ours takes over. */
  readonly gzip: ((pull: PullChunk) => PullChunk) | null;
  /** The same for zstd, where the platform has it. */
  readonly zstd?: (pull: PullChunk) => PullChunk;
}

/** The little of web streams that is used, as the engine knows no DOM: browsers and Node have the global. */
interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}
interface Writer {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}
interface Transform {
  readonly readable: { getReader(): Reader };
  readonly writable: { getWriter(): Writer };
}
declare const DecompressionStream: (new (format: 'gzip') => Transform) | undefined;

export const PLATFORM_INFLATERS: Inflaters = {
  gzip: typeof DecompressionStream === 'undefined' ? null : (pull) => throughStream(new DecompressionStream('gzip'), pull),
};

function throughStream(transform: Transform, pull: PullChunk): PullChunk {
  const writer = transform.writable.getWriter();
  const reader = transform.readable.getReader();
  const pump = async (): Promise<void> => {
    try {
      for (let chunk = await pull(); chunk !== null; chunk = await pull()) await writer.write(chunk);
      await writer.close();
    } catch (error) {
      // The reader's side reports it: a failed write and a failed read have one cause.
      await writer.abort(error).catch(() => undefined);
    }
  };
  const pumping = pump();
  return async () => {
    const { done, value } = await reader.read();
    if (!done && value) return value;
    await pumping;
    return null;
  };
}
