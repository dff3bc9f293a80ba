// Crypto-PAn: a keyed one-to-one map of bit strings under which two share as many leading bits as their images do.
// Fan, Xu, Ammar, Moon: Prefix-preserving IP address anonymization, Computer Networks 46 (2004).
import { ecb } from '@noble/ciphers/aes.js';
import type { RedactionKey } from './choices.ts';

/** The map for strings of up to 16 octets. `domain` separates kinds of strings: 0 is the published algorithm. */
export function createPrefixPreserving(key: RedactionKey, domain: number): (octets: Uint8Array) => Uint8Array {
  if (key.length !== 32) throw new Error('a redaction key has 32 octets');
  const aes = key.slice(0, 16);
  const pad = encrypt(aes, key.slice(16, 32));
  pad[15] = (pad[15] as number) ^ domain;
  return (octets) => {
    const bits = octets.length * 8;
    // Input i: the first i bits of the string, the rest of the pad. All are known beforehand: one call.
    const inputs = new Uint8Array(16 * bits);
    for (let i = 0; i < bits; i++) {
      const at = 16 * i;
      const whole = i >> 3;
      inputs.set(pad, at);
      inputs.set(octets.subarray(0, whole), at);
      const mask = (0xff00 >> (i & 7)) & 0xff;
      inputs[at + whole] = ((octets[whole] as number) & mask) | ((pad[whole] as number) & ~mask & 0xff);
    }
    const outputs = encrypt(aes, inputs);
    const mapped = octets.slice();
    for (let i = 0; i < bits; i++) {
      const flip = (outputs[16 * i] as number) >> 7;
      mapped[i >> 3] = (mapped[i >> 3] as number) ^ (flip << (7 - (i & 7)));
    }
    return mapped;
  };
}

/** A cipher object of this library encrypts once. */
const encrypt = (key: Uint8Array, octets: Uint8Array): Uint8Array => ecb(key, { disablePadding: true }).encrypt(octets);
