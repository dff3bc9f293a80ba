// How connections ended, and what their ends offered when they opened, English. Data, no logic.
export const endingTexts = {
  'end.open': 'still open when it was last captured',
  'end.timed-out': 'what was sent last was sent again and again and never answered',
  'end.unanswered': 'the SYN was never answered',
  'end.half-closed.client': 'the client closed its half (FIN), the server did not',
  'end.half-closed.server': 'the server closed its half (FIN), the client did not',
  'end.fin': 'closed by both ends (FIN)',
  'end.reset.client': "a RST of the client's host ended it",
  'end.reset.server': "a RST of the server's host ended it",
  'end.reset.node': 'a RST of the node ended it',
  'end.reset.middlebox': 'a RST that something in the path forged ended it',
  'end.reset.unknown': 'a RST ended it',
  'end.lost.client':
    'half-open: the server had it no more and no FIN or RST said so; the client still held it, until it spoke and a RST answered (RFC 9293 §3.5.1)',
  'end.lost.server':
    'half-open: the client had it no more and no FIN or RST said so; the server still held it, until it spoke and a RST answered (RFC 9293 §3.5.1)',
  'end.untold.client':
    "half-open: the server's end is gone, and no RST that counts reached the client, which still held it when last captured (RFC 9293 §3.5.1)",
  'end.untold.server':
    "half-open: the client's end is gone, and no RST that counts reached the server, which still held it when last captured (RFC 9293 §3.5.1)",
  'end.fin-lost.client': 'half-open: the server closed, but none of its FINs reached the client, which still held it (RFC 9293 §3.5.1)',
  'end.fin-lost.server': 'half-open: the client closed, but none of its FINs reached the server, which still held it (RFC 9293 §3.5.1)',
  'end.embryonic': "half-open: the server's SYN/ACK, sent again, was never acknowledged (SYN-RECEIVED, RFC 4987)",
  'opened.none': 'the handshake was not captured',
  'opened.part': 'of the handshake only a part was captured',
  'opened.client': 'client {options}',
  'opened.server': 'server {options}',
  'opened.mss': 'MSS {value}',
  'opened.windowScale': 'window scale {value}',
  'opened.sack': 'SACK permitted',
  'opened.timestamps': 'timestamps',
  'opened.plain': 'no options',
  'opened.gone.mss': 'no MSS',
  'opened.gone.windowScale': 'no window scale',
  'opened.gone.sack': 'no SACK',
  'opened.gone.timestamps': 'no timestamps',
  'relay.proxied.likely':
    'relayed: {client:endpoint} → {server:endpoint} carries the same payload ({n:count segment|segments}, {octets:bytes}, each compared by its first 64 bytes) under other numbers; a proxy ends TCP between the two',
  'relay.proxied.possible':
    'possibly relayed: {client:endpoint} → {server:endpoint} carries the same payload as far as it can be compared ({n:count segment|segments}, {octets:bytes}, each by its first 64 bytes) under other numbers, as where a proxy ends TCP between the two',
  'relay.rewritten.likely':
    'the same payload ({n:count segment|segments}, {octets:bytes}, each compared by its first 64 bytes) goes as {client:endpoint} → {server:endpoint} under other sequence numbers: something between the two rewrites them, a SYN proxy or an application gateway',
  'relay.rewritten.possible':
    'the same payload as far as it can be compared ({n:count segment|segments}, {octets:bytes}, each by its first 64 bytes) goes as {client:endpoint} → {server:endpoint} under other sequence numbers: possibly something between the two rewrites them, a SYN proxy or an application gateway',
  'label.relayed': 'Relayed',
  'label.opened': 'Opened',
  'label.ended': 'Ended',
} as const;
