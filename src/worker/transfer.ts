// Which buffers of a value can be handed over instead of copied.

/** Every ArrayBuffer below `value`, each once. Tables own their buffers: nothing else may use them afterwards. */
export function buffersOf(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (value instanceof ArrayBuffer) found.add(value);
  else if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value instanceof Map) for (const entry of value.values()) buffersOf(entry, found);
  else if (Array.isArray(value)) {
    // Arrays of plain text or numbers hold no buffers: the first entry tells.
    if (typeof value[0] === 'object') for (const entry of value) buffersOf(entry, found);
  } else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    for (const entry of Object.values(value)) buffersOf(entry, found);
  }
  return found;
}
