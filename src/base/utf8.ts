/** UTF-8 octets of a text, where the platform's own encoder is out of reach (the engine knows no platform). Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(text.length * 3);
  let at = 0;
  for (const character of text) {
    let code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) out[at++] = code;
    else {
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      out[at++] = ((0xff00 >> (more + 1)) & 0xff) | (code >> (6 * more));
      for (let i = more - 1; i >= 0; i--) out[at++] = 0x80 | ((code >> (6 * i)) & 0x3f);
    }
  }
  return out.slice(0, at);
}
