// What the sharer decides before anything leaves. The defaults keep private what nobody needs to understand the incident.

export interface RedactionChoices {
  readonly payload: { readonly keep: 'none' } | { readonly keep: 'all' } | { readonly keep: 'first'; readonly octets: number };
  /** IP addresses, wherever they are: headers, tunnels, ARP, ICMP quotes, names, texts. Replaced preserving prefixes (Crypto-PAn). */
  readonly addresses: 'keep' | 'replace';
  /** MAC addresses. */
  readonly hardwareAddresses: 'keep' | 'replace';
  /** Host names, names of capture points, lanes and files, interface names. Replaced by numbers and by positions (client, node, server). */
  readonly names: 'keep' | 'replace';
  /** Comments that the captures brought along, and what they say of the capturing host and its filter. */
  readonly comments: 'keep' | 'drop';
  /** What files beside the captures say. `facts`: names, settings, entries, when something was logged; `words`: log lines and rules as they are, too. */
  readonly context: 'words' | 'facts' | 'drop';
  readonly notes: 'keep' | 'drop';
  /** `shift`: the first packet becomes 1970-01-01; every distance stays. */
  readonly times: 'keep' | 'shift';
}

export const DEFAULT_CHOICES: RedactionChoices = {
  payload: { keep: 'none' },
  addresses: 'keep',
  hardwareAddresses: 'replace',
  names: 'replace',
  comments: 'drop',
  context: 'facts',
  notes: 'keep',
  times: 'keep',
};

/** Everything that can be replaced is. */
export const STRICT_CHOICES: RedactionChoices = { ...DEFAULT_CHOICES, addresses: 'replace', times: 'shift' };

/** 32 octets: an AES-128 key, then the pad. A fresh one for each export unless the sharer keeps theirs; never written anywhere. */
export type RedactionKey = Uint8Array;
