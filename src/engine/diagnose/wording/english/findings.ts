// Titles and summaries of findings, English. Two sentences each: `sum` what happened, `out` what it did. Data, no logic.
export const findings = {
  'title.leak-old-segment': 'An old retransmission escaped NAT',
  'title.leak-late-ack': 'Late ACKs escaped NAT',
  'title.leak-unseen-ack': 'ACKs of data the node never saw escaped NAT',
  'title.leak-beyond-window': 'A segment beyond the window escaped NAT',
  'title.leak-entry-gone': 'The conntrack entry was gone when the server spoke',
  'title.stall-entry-gone': 'The conntrack entry was gone and the client speaks into the void',
  'title.reset-by-node': 'The node itself sent the RST',
  'title.stall-invalid-dropped': 'Stalled: the node drops what conntrack calls INVALID',
  'title.reply-bypasses-nat': 'Replies go around the node that translates',
  'title.hairpin': 'The pod reaches itself through the service and gets no answer',
  'title.half-closed-expired': 'The entry of a half-closed connection expired',
  'title.entry-shortened-by-reset': 'A stray RST left the conntrack entry ten seconds to live',
  'title.syn-meets-live-entry': 'A reused port met the old connection',
  'title.nat-port-clash': 'Two connections claimed the same NAT tuple',
  'title.table-full': 'The conntrack table is full',
  'title.bad-checksum-invalid': 'Packets arrive at the node with a wrong checksum',
  'title.conntrack-bypassed': 'Packets bypass connection tracking on the node',
  'title.early-demux': 'A packet was delivered to a socket of the node',
  'title.parallel-handling': 'Packets of one connection were tracked out of order',
  'title.rebalanced-entry-gone': 'The entry was gone and the connection was sent to another backend',
  'title.picked-up': 'The entry was gone and the connection was taken up again, unharmed',
  'title.ipvs-port-changed': 'NAT changed the source port in mid-connection (IPVS)',
  'title.ipvs-idle-expired': 'IPVS forgot the idle connection',
  'title.ipvs-reply-after-expiry': 'The server spoke after IPVS had forgotten the connection',
  'title.ipvs-fin-timeout': 'IPVS forgot the half-closed connection',
  'title.ipvs-backend-removed-silent': 'The backend was removed and its connections fall silent',
  'title.ipvs-backend-removed-reset': 'The backend was removed and the node resets its connections',
  'title.ipvs-connect-delay': 'Connecting took a second longer (IPVS)',
  'title.ipvs-dying-backend': 'A reused port was sent to a backend that is leaving',
  'title.connection-refused': 'Connection refused',
  'title.server-restarted': 'The server no longer knew the connection',
  'title.server-aborted': 'The server application aborted the connection',
  'title.forged-reset': 'A device in the path forged the RST',
  'title.rejected-by-host': 'A rule of the server’s host rejected the connection',
  'title.middlebox-idle-timeout': 'A device in the path forgot idle connections',
  'title.keepalive-race': 'The server closed the idle connection while a request was on its way',
  'title.endpoint-terminating': 'The server went away while traffic was still sent to it',
  'title.backend-address-reused': 'The backend’s address belongs to another pod now',
  'title.syn-cookies-failed': 'The listen queue overflowed',
  'title.syn-cookies-failed.ack': 'The server refused the last packet of the handshake',
  'title.accept-queue-overflow': 'The accept queue was full',
  'title.client-aborted': 'The client gave up',
  'title.client-forgot': 'The client no longer knew the connection',
  'title.time-wait-reuse': 'A reused port met the server’s TIME_WAIT',
  'title.paws': 'The server passes over SYNs whose timestamp is too old',
  'title.mtu-black-hole': 'Large packets vanish without a word',
  'title.keepalive-failed': 'Keep-alive probes went unanswered',

  'sum.leak-old-segment':
    'A segment from {server:endpoint} reached the node {bytes:bytes} behind the stream, further back than the window of {window:bytes}; conntrack called it INVALID and the node passed it on without restoring the service address {service:endpoint}.',
  'sum.leak-late-ack':
    '{n:count ACK|ACKs} from {server:endpoint} reached the node late, the first {bytes:bytes} behind what {client:endpoint} had sent, beyond the {window:bytes} that conntrack tolerates; INVALID, and passed on untranslated.',
  'sum.leak-unseen-ack':
    'Part of what {client:endpoint} sent reached {server:endpoint} without passing the node; {n:count ACK|ACKs} of it acknowledge data that conntrack never saw, up to {bytes:bytes} too far, are INVALID on every kernel and were passed on untranslated.',
  'sum.leak-unseen-ack.guess':
    '{n:count ACK|ACKs} of {server:endpoint} in a row were passed on untranslated; they are neither late nor after a silence, which leaves acknowledgements of data that conntrack never saw.',
  'sum.leak-beyond-window':
    '{server:endpoint} sent a segment that starts {bytes:bytes} beyond what the window of {client:endpoint} ever allowed; conntrack called it INVALID and the node passed it on untranslated.',
  'sum.leak-entry-gone':
    'After {gap:duration} of silence {server:endpoint} spoke first, and the node had no conntrack entry for the connection any more: its packets left with their own address {source:address} instead of the service address {service:endpoint}.',
  'sum.leak-entry-gone.sudden':
    'When {server:endpoint} spoke, the node had no conntrack entry for the connection any more, and no timer explains that (deleted, flushed, or the node restarted): from then on its packets left with their own address {source:address} instead of the service address {service:endpoint}.',
  'sum.leak-entry-gone.handshake':
    'The entry that the SYN of {client:endpoint} had made was gone when the SYN/ACK of {server:endpoint} came to the node: it left with its own address {source:address}, was refused, and only the next SYN, which made a new entry, got on.',
  'sum.stall-entry-gone':
    'After {gap:duration} of silence {client:endpoint} spoke, but the node had no conntrack entry for the connection any more and takes up none in mid-stream: the packets stayed addressed to {service:endpoint} and never reached {server:endpoint}.',
  'sum.reset-by-node.reply':
    'A packet from {server:endpoint} was refused by conntrack, so its destination was not translated back: it was delivered to the node’s own address {own:endpoint}, where no such socket exists.',
  'sum.reset-by-node.unclear':
    'A packet of {client:endpoint} to {service:endpoint} was answered by the node itself with a RST: its hop count shows that no host beyond made it.',
  'sum.reset-by-node.client':
    'A packet of {client:endpoint} was refused by conntrack and stayed addressed to {service:endpoint}, which is an address of the node itself, where no such socket exists.',
  'sum.stall-entry-gone.sudden':
    'The node had no conntrack entry for the connection any more when {client:endpoint} spoke, and takes up none in mid-stream: it answers that {service:endpoint} is unreachable, and the packets never reached {server:endpoint}.',
  'sum.stall-invalid-dropped':
    '{n:count packet|packets} of {server:endpoint} set out and never came through the node: conntrack calls them INVALID and a rule drops what is INVALID.',
  'sum.stall-invalid-dropped.guess':
    '{n:count packet|packets} of {server:endpoint} set out and never came through the node: it drops them, because conntrack calls them INVALID or because another rule refuses them.',
  'sum.reply-bypasses-nat':
    'The SYN of {client:endpoint} went to the service {service:endpoint}, but every answer came straight from {source:address} ({n:count time|times}): the replies take a path around the node that would have to translate them.',
  'sum.reply-bypasses-nat.changed':
    '{n:count packet|packets} of {server:endpoint} came to {client:endpoint} straight from {source:address}, on a path around the node that had translated all replies before: the way back changed in mid-connection.',
  'sum.reply-bypasses-nat.guess':
    '{client:endpoint} resets every SYN/ACK of {server:endpoint} ({n:count time|times}) and yet goes on sending its SYN: what reached it did not come from the address that it had asked, so the replies were not translated back.',
  'sum.hairpin': '{client:endpoint} connects to {service:endpoint}, and the backend chosen is the client’s own pod.',
  'sum.half-closed-expired':
    'One end had closed its half of the connection; after {gap:duration} of silence the short timer of the closing connection had run out and conntrack knew it no longer.',
  'sum.entry-shortened-by-reset':
    'A RST with a number inside the window, but not the expected one, passed the node; its receiver rightly ignored it, yet conntrack kept the entry for {limit:seconds} only, and the connection was silent for {gap:duration}.',
  'sum.syn-meets-live-entry':
    '{client:endpoint} used its port again for a new connection to {service:endpoint} while {server:endpoint} still held the old one: the SYN was answered by a plain ACK of the old connection.',
  'sum.nat-port-clash':
    'The first SYN of {client:endpoint} to {service:endpoint} vanished at the node and its retransmission passed: another connection had claimed the same translated tuple at that moment.',
  'sum.table-full':
    'The SYNs of {n:count connection|connections} vanished at the node within one period while established connections went on: conntrack had no room for new entries.',
  'sum.table-full.guess':
    'The SYNs of {n:count connection|connections} vanished between {seen} and {missing} within one period while established connections went on, as they do when conntrack on the node has no room for new entries, or when a rule on the way drops what is new.',
  'sum.bad-checksum-invalid':
    'Packets of {client:endpoint} to {service:endpoint} arrive at the node with a wrong checksum: conntrack calls them INVALID and they are not translated.',
  'sum.conntrack-bypassed':
    '{n:count packet|packets} of {server:endpoint} left the node untranslated although the node’s own capture holds everything that makes them valid: connection tracking did not see what the capture saw.',
  'sum.early-demux':
    'A packet of {client:endpoint} to {service:endpoint} entered the node and never left it; a socket of the node itself took it and answered with the numbers of another connection.',
  'sum.parallel-handling':
    'A packet of {server:endpoint} left the node untranslated although it is valid in the captured order: two CPUs handled neighbouring packets of the connection at the same time.',
  'sum.rebalanced-entry-gone.port':
    'The node had no conntrack entry for the connection any more when {client:endpoint} spoke; it took the connection up in mid-stream and masqueraded it with the source port {to} instead of {from}.',
  'sum.rebalanced-entry-gone':
    'The node had no conntrack entry for the connection any more when {client:endpoint} spoke; it took the connection up in mid-stream and sent it to {other:endpoint} instead of {server:endpoint}.',
  'sum.picked-up':
    '{client:endpoint} spoke after {gap:duration} of silence, longer than the node is said to keep an entry: the connection was taken up in mid-stream.',
  'sum.ipvs-port-changed':
    'A packet of {client:endpoint} was INVALID for conntrack; IPVS rewrote its destination all the same, it was tracked as a new connection, and NAT changed its source port from {from} to {to}.',
  'sum.ipvs-idle-expired':
    'After {gap:duration} of silence {client:endpoint} spoke, but the node (IPVS) had forgotten the connection and does not schedule a packet that is no SYN.',
  'sum.ipvs-reply-after-expiry':
    'After {gap:duration} of silence {server:endpoint} spoke, but IPVS had forgotten the connection: the packets passed with their own address {source:address}.',
  'sum.ipvs-fin-timeout':
    'After the FIN of {client:endpoint} IPVS keeps a connection for {limit:seconds} only; {server:endpoint} went on {gap:duration} later.',
  'sum.ipvs-backend-removed-silent':
    '{server:endpoint} was taken out of the service {service:endpoint} and IPVS silently drops the packets of its connections.',
  'sum.ipvs-backend-removed-reset':
    '{server:endpoint} was taken out of the service {service:endpoint} while the connection was in use; IPVS expired it at once and does not schedule a packet that is no SYN.',
  'sum.ipvs-connect-delay':
    '{client:endpoint} used its port again {age:duration} after the last connection from it; the first SYN met the old entry on the node and was dropped.',
  'sum.ipvs-dying-backend':
    '{client:endpoint} used its port again, and IPVS sent the new connection to the previous backend {server:endpoint}, which is no longer an endpoint of the service.',
  'sum.connection-refused': 'Nobody listens on {server:endpoint}: every SYN of {client:endpoint} is answered with RST+ACK.',
  'sum.connection-refused.rule':
    '{server:endpoint} answers every SYN of {client:endpoint} with RST+ACK, though it goes on serving other connections to that port: a rule of its host refuses new ones, or the listener is gone and its connections are left.',
  'sum.connection-refused.before':
    'Every SYN of {client:endpoint} to {service:endpoint} is answered with RST+ACK before it gets to {tap}: a rule on the way rejects it, and the server never saw it.',
  'sum.connection-refused.somewhere':
    'Every SYN of {client:endpoint} to {service:endpoint} is answered with RST+ACK: nobody listens there, or a rule on the way rejects it.',
  'sum.connection-refused.icmp':
    'The SYN of {client:endpoint} to {service:endpoint} is answered with an ICMP error and reaches no server: the service has no endpoint, or nothing leads to its address.',
  'sum.server-restarted':
    'A segment of {client:endpoint} reached {server:endpoint} as it should, but that host knew no such connection any more and answered with a plain RST.',
  'sum.server-aborted': 'The application on {server:endpoint} closed the connection by aborting it: its socket was alive and sent RST+ACK.',
  'sum.server-aborted.unread':
    'The application on {server:endpoint} closed its socket while data of the client was still unread: the socket sent RST+ACK.',
  'sum.forged-reset':
    'A RST in the name of {claimed:endpoint} was put into the path by a device between the capture points; the host it names never sent it.',
  'sum.rejected-by-host':
    'The host of {server:endpoint} answered a packet of {client:endpoint} with a plain RST and yet went on with the connection itself: a rule there rejects what comes, the application knows nothing of it.',
  'sum.forged-reset.both':
    'A device between the capture points put RSTs into the path towards both ends, each in the name of the other; neither host sent them.',
  'sum.middlebox-idle-timeout':
    '{n:count connection|connections} that had been silent for {gap:duration} or longer found a device in the path that no longer knew them.',
  'sum.keepalive-race':
    '{server:endpoint} closed the connection after {idle:duration} of idleness while a request of {client:endpoint} was already on its way.',
  'sum.endpoint-terminating':
    '{server:endpoint} ended {n:count connection|connections} within one moment and was gone, while clients were still sent to it.',
  'sum.backend-address-reused':
    'The address of {server:endpoint} belongs to {pod} now, which is no backend of {service:endpoint}; an old entry still leads there.',
  'sum.syn-cookies-failed':
    '{server:endpoint} answered the SYN without the options that {client:endpoint} had offered, as it does when its queue is full, and did not recognise the connection afterwards.',
  'sum.syn-cookies-failed.ack':
    '{server:endpoint} answered the SYN of {client:endpoint}, but refused the very ACK that completes the handshake with a plain RST: its queue was full, or it could not redeem its SYN cookie.',
  'sum.bad-checksum-invalid.leak':
    '{n:count packet|packets} of {server:endpoint} came to the node with a wrong checksum: conntrack calls that INVALID and they were passed on untranslated.',
  'sum.accept-queue-overflow':
    '{server:endpoint} received the ACK that completes the handshake, ignored it and sent its SYN/ACK again ({n:count transmission|transmissions}): its accept queue was full.',
  'sum.accept-queue-overflow.syn':
    'The SYNs of {client:endpoint} reached {server:endpoint} and were passed over in silence, though others had just been accepted there: its queue of new connections is full, or its host drops them.',
  'sum.accept-queue-overflow.silent':
    '{server:endpoint} answered the SYN of {client:endpoint}; the ACK that completes the handshake and the data after it ({n:count time|times}) arrived and were passed over in silence: its accept queue is full, or its host drops them.',
  'sum.client-aborted': '{client:endpoint} aborted the connection itself: the RST starts at the client and its socket was in use.',
  'sum.client-forgot':
    'A packet of {server:endpoint} reached {client:endpoint} translated as it should be, but that host knew no such connection any more, or refuses it by a rule of its own, and answered with a plain RST.',
  'sum.time-wait-reuse':
    '{client:endpoint} used its port again {age:duration} after the last connection from it; {server:endpoint} still kept that one in TIME_WAIT.',
  'sum.paws':
    '{server:endpoint} passes over the SYNs of {client:endpoint}: they come from {source}, as those of {other:endpoint} do, whose timestamps are higher (PAWS for the whole address, as with tcp_tw_recycle).',
  'sum.mtu-black-hole':
    'Segments of {sender:endpoint} with {smallest:bytes} of payload or more never arrive while segments up to {largest:bytes} pass, and no ICMP message tells the sender.',
  'sum.keepalive-failed': '{n:count keep-alive probe|keep-alive probes} of {prober:endpoint} went unanswered.',

  'out.leakKilled':
    'The kernel of {client:endpoint} knows no such connection and answered with a RST, which {server:endpoint} took for its own connection’s and closed it.',
  'out.leakIgnored':
    'The kernel of {client:endpoint} answered with a RST; its number is not the one that {server:endpoint} expects, so the connection went on unharmed.',
  'out.leakUnanswered': 'No RST in answer was captured; the connection went on.',
  'out.stallLost':
    '{client:endpoint} sent the same segment {n:count time|times} over {span:duration} and got no answer until it gave up or the capture ended.',
  'out.stallNoAnswer':
    '{client:endpoint} repeated itself {n:count time|times} over {span:duration} without ever seeing an answer; no RST ends the connection, only a timeout.',
  'out.stallRecovered': '{client:endpoint} had to repeat itself {n:count time|times} over {span:duration}, then the connection went on.',
  'out.synUnanswered': '{client:endpoint} sent its SYN {n:count time|times} and got no answer.',
  'out.connectDelayed': 'Connecting took {delay:duration} longer.',
  'out.bypass': '{client:endpoint} has no connection with that address, resets every answer and can never connect.',
  'out.nodeKilledServer':
    'The node’s kernel answered with a RST that ended the connection of {server:endpoint}; {client:endpoint} never saw that packet and only learns of it later.',
  'out.demuxLost': 'What {client:endpoint} sent never reached {server:endpoint}, and the connection did not get over it.',
  'out.demuxOnce': 'What {client:endpoint} sent had to be sent again.',
  'out.nodeKilledUnclear':
    'It ended the connection of {client:endpoint} and {server:endpoint} saw nothing of it: a rule that rejects does so, or a node that lost the connection and holds the service address itself.',
  'out.nodeKilledClient':
    'The node’s kernel answered with a RST in the name of {service:endpoint}, which ended the connection of {client:endpoint}; {server:endpoint} saw nothing of it.',
  'out.synAcceptedLater':
    'The client’s RST cleared the old connection away and the SYN was accepted {delay:duration} after the first attempt.',
  'out.synNeverAccepted': '{client:endpoint} did not get its new connection.',
  'out.otherBackendReset':
    '{other:endpoint} knows no such connection and answered with a RST, which ended the connection of {client:endpoint}; {server:endpoint} saw nothing of it.',
  'out.wrongPod': '{client:endpoint} has a connection to {pod}, which it did not ask for.',
  'out.pickedUp': '{server:endpoint}, the same server as before, answered; nothing was harmed.',
  'out.portKilled':
    '{server:endpoint} knows no connection from that port and answered with a RST, which came back to {client:endpoint} as if from {service:endpoint} and ended its connection.',
  'out.portIgnored':
    '{server:endpoint} answered that port with a RST; translated back it carries an old number, so {client:endpoint} ignored it and the connection went on.',
  'out.portUnanswered': 'No RST of {server:endpoint} in answer was captured.',
  'out.nodeResetIdle':
    'The service address is local to the node, so the node itself answered with the RST; {server:endpoint} saw neither packet and keeps its socket open.',
  'out.nodeResetRemoved':
    'The next segment of {client:endpoint} was delivered to the node itself, which answered with a RST; {server:endpoint} saw nothing of it.',
  'out.scanned':
    '{client} tried {n:int} ports of {server}, and none of these connections carried anything: it was looking for open ones (a scan).',
  'out.refused': '{client:endpoint} could not connect ({n:count attempt|attempts}).',
  'out.corruptDropped': 'The host of {client:endpoint} drops what is damaged without a word; {server:endpoint} has to send it again.',
  'out.serverRestarted': 'No packet escaped NAT before it; {n:count connection|connections} to this server ended in the same way.',
  'out.serverAborted': 'No packet escaped NAT before it, and neither the node nor the network had a part in it.',
  'out.forged': 'Both hosts believed it, and the connection that both wanted to keep was gone.',
  'out.forgedOne':
    '{victim:endpoint} believed it and dropped the connection; {other:endpoint} knew nothing of that and learns of it when it speaks next.',
  'out.forgedIdle': 'It answered with a RST in the name of the other end, and the connection that both wanted to keep was gone.',
  'out.forgedIgnored': 'Its number did not fit and it was ignored.',
  'out.requestLost':
    'The request ({bytes:bytes}) met a closed socket on {server:endpoint} and is lost; {client:endpoint} has to send it again on another connection.',
  'out.terminating': '{n:count later attempt|later attempts} to connect failed.',
  'out.cookiesFailed': 'The first data of {client:endpoint} was answered with a plain RST.',
  'out.neverConnected': '{client:endpoint} believed itself connected for a moment; the server never had the connection.',
  'out.acceptedLate': 'The connection came about with a delay.',
  'out.neverAccepted': '{client:endpoint} believes that it is connected; its data is never acknowledged.',
  'out.clientAborted': 'What was still under way to it is answered with {n:count further RST|further RSTs}.',
  'out.clientForgot': 'No packet escaped NAT before it; {n:count connection|connections} of this client ended in the same way.',
  'out.keepaliveFailed': 'The kernel of {prober:endpoint} gave the connection up.',
} as const;
