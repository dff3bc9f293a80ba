// An address or endpoint as two texts: what may give way where room is short, and what must stay. Pure.

/** `255.255.255.255:65535`: what fits a column of any width. */
const SHORT = 21;
/** Letters before the port that tell one IPv6 address of a network from the next. */
const TAIL = 6;

export interface EndpointParts {
  /** Empty where nothing has to give way. */
  readonly head: string;
  /** The end of the address, and the port. */
  readonly tail: string;
}

/** @param text `10.0.0.1:80`, `[fd00::1]:80`, an address alone, or a name in place of the address */
export function splitEndpoint(text: string): EndpointParts {
  if (text.length <= SHORT) return { head: '', tail: text };
  const port = /\]?:\d{1,5}$/.exec(text);
  const isBareIpv6 = port !== null && !text.startsWith('[') && text.indexOf(':') !== port.index;
  const end = port === null || isBareIpv6 ? text.length : port.index;
  const at = Math.max(0, end - TAIL);
  return { head: text.slice(0, at), tail: text.slice(at) };
}
