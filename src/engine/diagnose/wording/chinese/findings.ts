// Titles and summaries of findings, Simplified Chinese. Data, no logic.
import type { findings as english } from '../english/findings.ts';

export const findings: Readonly<Record<keyof typeof english, string>> = {
  'title.leak-old-segment': '一个旧的重传包绕过了 NAT',
  'title.leak-late-ack': '迟到的 ACK 绕过了 NAT',
  'title.leak-unseen-ack': '确认了节点未见过的数据的 ACK 绕过了 NAT',
  'title.leak-beyond-window': '超出窗口的报文段绕过了 NAT',
  'title.leak-entry-gone': '服务端发言时 conntrack 条目已不存在',
  'title.stall-entry-gone': 'conntrack 条目已不存在，客户端的数据石沉大海',
  'title.reset-by-node': 'RST 由节点自己发出',
  'title.stall-invalid-dropped': '停滞：节点丢弃 conntrack 判为 INVALID 的包',
  'title.reply-bypasses-nat': '应答绕过了负责转换的节点',
  'title.hairpin': 'Pod 经由服务访问自己，得不到应答',
  'title.half-closed-expired': '半关闭连接的条目已过期',
  'title.entry-shortened-by-reset': '一个多余的 RST 使 conntrack 条目只剩十秒',
  'title.syn-meets-live-entry': '重用的端口遇上了旧连接',
  'title.nat-port-clash': '两条连接争用同一个 NAT 元组',
  'title.table-full': 'conntrack 表已满',
  'title.bad-checksum-invalid': '到达节点的包校验和错误',
  'title.conntrack-bypassed': '节点上的包绕过了连接跟踪',
  'title.early-demux': '包被交给了节点自己的套接字',
  'title.parallel-handling': '同一连接的包被乱序跟踪',
  'title.rebalanced-entry-gone': '条目已不存在，连接被送往另一个后端',
  'title.picked-up': '条目已消失，连接被重新接管，未受损害',
  'title.ipvs-port-changed': 'NAT 在连接中途改变了源端口（IPVS）',
  'title.ipvs-idle-expired': 'IPVS 已忘记空闲的连接',
  'title.ipvs-reply-after-expiry': 'IPVS 忘记连接之后服务端才发言',
  'title.ipvs-fin-timeout': 'IPVS 已忘记半关闭的连接',
  'title.ipvs-backend-removed-silent': '后端被移除，其连接陷入沉默',
  'title.ipvs-backend-removed-reset': '后端被移除，节点重置其连接',
  'title.ipvs-connect-delay': '建立连接多花了一秒（IPVS）',
  'title.ipvs-dying-backend': '重用的端口被送往正在退出的后端',
  'title.connection-refused': '连接被拒绝',
  'title.server-restarted': '服务端已不认识这条连接',
  'title.server-aborted': '服务端应用中止了连接',
  'title.forged-reset': '路径中的设备伪造了 RST',
  'title.rejected-by-host': '服务端主机上的规则拒绝了这条连接',
  'title.middlebox-idle-timeout': '路径中的设备忘记了空闲连接',
  'title.keepalive-race': '请求在途时服务端关闭了空闲连接',
  'title.endpoint-terminating': '流量仍在发送时服务端已退出',
  'title.backend-address-reused': '后端的地址现在属于另一个 Pod',
  'title.syn-cookies-failed': '监听队列溢出',
  'title.syn-cookies-failed.ack': '服务端拒绝了握手的最后一个包',
  'title.accept-queue-overflow': 'accept 队列已满',
  'title.client-aborted': '客户端主动放弃',
  'title.client-forgot': '客户端已不认识这条连接',
  'title.time-wait-reuse': '重用的端口遇上了服务端的 TIME_WAIT',
  'title.paws': '服务端不理会时间戳过旧的 SYN',
  'title.mtu-black-hole': '大包无声消失',
  'title.keepalive-failed': '保活探测没有得到应答',

  'sum.leak-old-segment':
    '{server:endpoint} 的一个报文段到达节点时已落后于数据流 {bytes:bytes}，超过了 {window:bytes} 的窗口；conntrack 判为 INVALID，节点未恢复服务地址 {service:endpoint} 就转发了它。',
  'sum.leak-late-ack':
    '{server:endpoint} 的 {n:count 个} ACK 迟到达节点，第一个落后于 {client:endpoint} 已发送的数据 {bytes:bytes}，超过 conntrack 容忍的 {window:bytes}；被判为 INVALID，未经转换就被转发。',
  'sum.leak-unseen-ack':
    '{client:endpoint} 发送的一部分数据没有经过节点就到达了 {server:endpoint}；其 {n:count 个} ACK 确认了 conntrack 从未见过的数据（最多超出 {bytes:bytes}），在任何内核上都是 INVALID，未经转换就被转发。',
  'sum.leak-unseen-ack.guess':
    '{server:endpoint} 连续 {n:count 个} ACK 未经转换就被转发；它们既不迟，也不在沉默之后，只能是确认了 conntrack 从未见过的数据。',
  'sum.leak-beyond-window':
    '{server:endpoint} 发送的一个报文段的起点超出 {client:endpoint} 的窗口所允许的范围 {bytes:bytes}；conntrack 判为 INVALID，节点未经转换就转发了它。',
  'sum.leak-entry-gone':
    '沉默 {gap:duration} 之后 {server:endpoint} 先发言，而节点已没有这条连接的 conntrack 条目：它的包带着自己的地址 {source:address} 离开，而不是服务地址 {service:endpoint}。',
  'sum.leak-entry-gone.sudden':
    '{server:endpoint} 发言时，节点上已没有该连接的 conntrack 条目，而没有任何计时器能解释（被删除、清空，或节点重启）：此后它的包以自己的地址 {source:address} 而非服务地址 {service:endpoint} 离开。',
  'sum.leak-entry-gone.handshake':
    '{server:endpoint} 的 SYN/ACK 到达节点时，{client:endpoint} 的 SYN 所建立的条目已经不在：它以自己的地址 {source:address} 离开并被拒绝，直到下一个 SYN 建立新条目后连接才得以继续。',
  'sum.stall-entry-gone':
    '沉默 {gap:duration} 之后 {client:endpoint} 发言，但节点已没有这条连接的 conntrack 条目，也不在中途接管连接：这些包的目的地址仍是 {service:endpoint}，从未到达 {server:endpoint}。',
  'sum.reset-by-node.reply':
    'conntrack 拒绝了 {server:endpoint} 的一个包，其目的地址因此没有被还原：它被交给节点自己的地址 {own:endpoint}，而那里没有这样的套接字。',
  'sum.reset-by-node.unclear':
    '{client:endpoint} 发往 {service:endpoint} 的一个包由节点自己以 RST 应答：其跳数表明它不是由更远的主机发出的。',
  'sum.reset-by-node.client':
    'conntrack 拒绝了 {client:endpoint} 的一个包，其目的地址仍是 {service:endpoint}，这是节点自己的地址，而那里没有这样的套接字。',
  'sum.stall-entry-gone.sudden':
    '{client:endpoint} 发言时，节点上已没有该连接的 conntrack 条目，也不在中途接续：节点回应 {service:endpoint} 不可达，这些包从未到达 {server:endpoint}。',
  'sum.stall-invalid-dropped':
    '{server:endpoint} 发出的 {n:count 个包}始终没有通过节点：conntrack 判为 INVALID，而一条规则丢弃 INVALID 的包。',
  'sum.stall-invalid-dropped.guess':
    '{server:endpoint} 的 {n:count 个包} 发出后从未通过节点：节点丢弃了它们：conntrack 判其 INVALID，或另有规则拒绝。',
  'sum.reply-bypasses-nat':
    '{client:endpoint} 的 SYN 发往服务 {service:endpoint}，但每个应答都直接来自 {source:address}（{n:count 次}）：应答走了绕过负责转换的节点的路径。',
  'sum.reply-bypasses-nat.changed':
    '{server:endpoint} 的 {n:count 个包} 直接以 {source:address} 到达 {client:endpoint}，绕过了此前一直负责转换应答的节点：返回路径在连接途中改变了。',
  'sum.reply-bypasses-nat.guess':
    '{client:endpoint} 用 RST 回绝 {server:endpoint} 的每个 SYN/ACK（{n:count 次}），却仍继续发送 SYN：它收到的应答不是来自它所请求的地址，可见应答没有被转换回来。',
  'sum.hairpin': '{client:endpoint} 连接 {service:endpoint}，选中的后端正是客户端自己的 Pod。',
  'sum.half-closed-expired': '一端已关闭自己的一半连接；沉默 {gap:duration} 之后，关闭中连接的短计时器已到期，conntrack 不再认识它。',
  'sum.entry-shortened-by-reset':
    '一个序号在窗口内但不精确的 RST 经过了节点；接收方正确地忽略了它，但 conntrack 只把条目保留 {limit:seconds}，而连接沉默了 {gap:duration}。',
  'sum.syn-meets-live-entry':
    '{client:endpoint} 重用端口向 {service:endpoint} 建立新连接，而 {server:endpoint} 仍保留旧连接：SYN 得到的是旧连接的普通 ACK。',
  'sum.nat-port-clash':
    '{client:endpoint} 发往 {service:endpoint} 的第一个 SYN 在节点上消失，重传则通过：当时另一条连接占用了相同的转换元组。',
  'sum.table-full': '在同一时段内 {n:count 条连接}的 SYN 在节点上消失，而已建立的连接照常进行：conntrack 没有空间容纳新条目。',
  'sum.table-full.guess':
    '在同一段时间内，{n:count 条连接}的 SYN 在 {seen} 与 {missing} 之间消失，而已建立的连接照常进行：节点上的 conntrack 没有空间容纳新条目时如此，途中某条规则丢弃新连接时也如此。',
  'sum.bad-checksum-invalid': '{client:endpoint} 发往 {service:endpoint} 的包到达节点时校验和错误：conntrack 判为 INVALID，不予转换。',
  'sum.conntrack-bypassed':
    '{server:endpoint} 的 {n:count 个包}未经转换就离开节点，尽管节点自己的抓包包含使其有效的一切：连接跟踪没有看到抓包所看到的。',
  'sum.early-demux':
    '{client:endpoint} 发往 {service:endpoint} 的一个包进入节点后再未离开；节点自己的套接字收下了它，并以另一条连接的序号应答。',
  'sum.parallel-handling': '{server:endpoint} 的一个包未经转换就离开节点，尽管按抓到的顺序它是有效的：两个 CPU 同时处理了该连接相邻的包。',
  'sum.rebalanced-entry-gone.port':
    '{client:endpoint} 发言时，节点上已没有该连接的 conntrack 条目；节点在中途接续了它，并以源端口 {to} 而非 {from} 伪装。',
  'sum.rebalanced-entry-gone':
    '{client:endpoint} 发言时节点已没有这条连接的 conntrack 条目；节点在中途接管连接，把它送往 {other:endpoint} 而不是 {server:endpoint}。',
  'sum.picked-up': '{client:endpoint} 在沉默 {gap:duration} 之后发言，超过了文件所述节点保留条目的时间：连接在中途被重新接管。',
  'sum.ipvs-port-changed':
    '{client:endpoint} 的一个包被 conntrack 判为 INVALID；IPVS 仍改写了其目的地址，它被当作新连接跟踪，NAT 把源端口从 {from} 改为 {to}。',
  'sum.ipvs-idle-expired': '沉默 {gap:duration} 之后 {client:endpoint} 发言，但节点（IPVS）已忘记这条连接，也不调度非 SYN 的包。',
  'sum.ipvs-reply-after-expiry':
    '沉默 {gap:duration} 之后 {server:endpoint} 发言，但 IPVS 已忘记这条连接：这些包带着自己的地址 {source:address} 通过。',
  'sum.ipvs-fin-timeout':
    '{client:endpoint} 发送 FIN 之后 IPVS 只把连接保留 {limit:seconds}；{server:endpoint} 在 {gap:duration} 之后继续发送。',
  'sum.ipvs-backend-removed-silent': '{server:endpoint} 已从服务 {service:endpoint} 中移除，IPVS 无声地丢弃其连接的包。',
  'sum.ipvs-backend-removed-reset':
    '{server:endpoint} 在连接使用期间从服务 {service:endpoint} 中移除；IPVS 立即使连接过期，也不调度非 SYN 的包。',
  'sum.ipvs-connect-delay': '{client:endpoint} 在上一条连接 {age:duration} 之后重用端口；第一个 SYN 遇上节点上的旧条目而被丢弃。',
  'sum.ipvs-dying-backend': '{client:endpoint} 重用端口，IPVS 把新连接送往先前的后端 {server:endpoint}，而它已不是该服务的端点。',
  'sum.connection-refused': '{server:endpoint} 上没有程序监听：{client:endpoint} 的每个 SYN 都得到 RST+ACK。',
  'sum.connection-refused.rule':
    '{server:endpoint} 用 RST+ACK 回绝 {client:endpoint} 的每个 SYN，却仍在服务该端口上的其他连接：其主机上有规则拒绝新连接，或监听者已离开而连接还在。',
  'sum.connection-refused.before':
    '{client:endpoint} 发往 {service:endpoint} 的每个 SYN 在到达 {tap} 之前就得到 RST+ACK：途中有规则拒绝，服务端从未见到它们。',
  'sum.connection-refused.somewhere':
    '{client:endpoint} 发往 {service:endpoint} 的每个 SYN 都得到 RST+ACK：那里没有程序监听，或途中有规则拒绝。',
  'sum.connection-refused.icmp':
    '{client:endpoint} 发往 {service:endpoint} 的 SYN 得到 ICMP 错误，没有到达任何服务端：该服务没有端点，或没有通往其地址的路由。',
  'sum.server-restarted': '{client:endpoint} 的一个报文段正常到达 {server:endpoint}，但该主机已没有这条连接，以普通 RST 应答。',
  'sum.server-aborted': '{server:endpoint} 上的应用以中止的方式关闭了连接：它的套接字仍然存在，发送了 RST+ACK。',
  'sum.server-aborted.unread': '{server:endpoint} 上的应用在客户端数据未读完时关闭了套接字：套接字发送了 RST+ACK。',
  'sum.forged-reset': '抓包点之间的一个设备以 {claimed:endpoint} 的名义插入了一个 RST；该主机从未发送过它。',
  'sum.rejected-by-host':
    '{server:endpoint} 的主机以普通 RST 应答了 {client:endpoint} 的包，自己却仍继续这条连接：那里有规则拒绝到来的包，应用对此一无所知。',
  'sum.forged-reset.both': '抓包点之间的一个设备分别以对方的名义向两端插入了 RST；两台主机都没有发送过。',
  'sum.middlebox-idle-timeout': '{n:count 条连接}沉默 {gap:duration} 或更久之后，路径中的一个设备已不再认识它们。',
  'sum.keepalive-race': '{server:endpoint} 在空闲 {idle:duration} 之后关闭连接，而 {client:endpoint} 的一个请求已在途中。',
  'sum.endpoint-terminating': '{server:endpoint} 在同一时刻结束了 {n:count 条连接}并消失，而客户端仍被送往它。',
  'sum.backend-address-reused': '{server:endpoint} 的地址现在属于 {pod}，它不是 {service:endpoint} 的后端；一个旧条目仍指向那里。',
  'sum.syn-cookies-failed': '{server:endpoint} 应答 SYN 时没有带上 {client:endpoint} 提供的选项（队列满时如此），之后又不认识这条连接。',
  'sum.syn-cookies-failed.ack':
    '{server:endpoint} 应答了 {client:endpoint} 的 SYN，却用普通 RST 拒绝了完成握手的那个 ACK：队列已满，或无法兑现其 SYN cookie。',
  'sum.bad-checksum-invalid.leak': '{server:endpoint} 的 {n:count 个包} 到达节点时校验和错误：conntrack 判其 INVALID，未经转换就被放行。',
  'sum.accept-queue-overflow':
    '{server:endpoint} 收到了完成握手的 ACK，却忽略它并再次发送 SYN/ACK（共 {n:count 次}）：其 accept 队列已满。',
  'sum.accept-queue-overflow.syn':
    '{client:endpoint} 的 SYN 到达了 {server:endpoint} 却得不到任何回应，而那里刚刚接受过其他连接：其新连接队列已满，或该主机丢弃了它们。',
  'sum.accept-queue-overflow.silent':
    '{server:endpoint} 应答了 {client:endpoint} 的 SYN；完成握手的 ACK 及其后的数据（{n:count 次}）都已到达，却被默默忽略：其 accept 队列已满，或其主机丢弃了它们。',
  'sum.client-aborted': '{client:endpoint} 自己中止了连接：RST 从客户端发出，其套接字当时正在使用。',
  'sum.client-forgot':
    '{server:endpoint} 的包经正确转换到达 {client:endpoint}，但该主机已不认识这条连接，或被其自身的规则拒绝，于是以普通 RST 应答。',
  'sum.time-wait-reuse': '{client:endpoint} 在上一条连接 {age:duration} 之后重用端口；{server:endpoint} 仍把它保留在 TIME_WAIT。',
  'sum.paws':
    '{server:endpoint} 不理会 {client:endpoint} 的 SYN：它们与 {other:endpoint} 的 SYN 一样来自 {source}，而后者的时间戳更大（对整个地址做 PAWS，如同 tcp_tw_recycle）。',
  'sum.mtu-black-hole':
    '{sender:endpoint} 的载荷达到 {smallest:bytes} 的报文段从未到达，而不超过 {largest:bytes} 的可以通过，也没有 ICMP 通知发送方。',
  'sum.keepalive-failed': '{prober:endpoint} 的 {n:count 个保活探测}没有得到应答。',

  'out.leakKilled': '{client:endpoint} 的内核不认识这样的连接，以 RST 应答；{server:endpoint} 把它当作自己连接的 RST，关闭了连接。',
  'out.leakIgnored': '{client:endpoint} 的内核以 RST 应答；其序号不是 {server:endpoint} 所期望的，因此连接未受影响。',
  'out.leakUnanswered': '没有抓到作为应答的 RST；连接继续进行。',
  'out.stallLost': '{client:endpoint} 在 {span:duration} 内把同一报文段发送了 {n:count 次}，直到放弃或抓包结束都没有得到应答。',
  'out.stallNoAnswer': '{client:endpoint} 在 {span:duration} 内重复发送了 {n:count 次}，始终没有看到应答；没有 RST 结束连接，只有超时。',
  'out.stallRecovered': '{client:endpoint} 不得不在 {span:duration} 内重复发送 {n:count 次}，之后连接继续进行。',
  'out.synUnanswered': '{client:endpoint} 发送了 {n:count 次} SYN，没有得到应答。',
  'out.connectDelayed': '建立连接多花了 {delay:duration}。',
  'out.bypass': '{client:endpoint} 与该地址没有连接，重置了每个应答，因此永远无法连上。',
  'out.nodeKilledServer': '节点的内核以 RST 应答，结束了 {server:endpoint} 的连接；{client:endpoint} 从未见过那个包，之后才得知。',
  'out.demuxLost': '{client:endpoint} 发送的数据从未到达 {server:endpoint}，连接没有恢复。',
  'out.demuxOnce': '{client:endpoint} 发送的数据不得不重发。',
  'out.nodeKilledUnclear':
    '它结束了 {client:endpoint} 的连接，{server:endpoint} 对此一无所知：可能是一条拒绝规则，也可能是节点丢失了该连接而服务地址就在节点上。',
  'out.nodeKilledClient':
    '节点的内核以 {service:endpoint} 的名义发送 RST，结束了 {client:endpoint} 的连接；{server:endpoint} 对此一无所知。',
  'out.synAcceptedLater': '客户端的 RST 清除了旧连接，SYN 在第一次尝试 {delay:duration} 之后被接受。',
  'out.synNeverAccepted': '{client:endpoint} 没有得到新连接。',
  'out.otherBackendReset':
    '{other:endpoint} 不认识这样的连接，以 RST 应答，结束了 {client:endpoint} 的连接；{server:endpoint} 对此一无所知。',
  'out.wrongPod': '{client:endpoint} 连到了 {pod}，而这并不是它要连接的。',
  'out.pickedUp': '仍由之前的 {server:endpoint} 应答，没有造成损害。',
  'out.portKilled':
    '{server:endpoint} 不认识来自该端口的连接，以 RST 应答；它回到 {client:endpoint} 时像是来自 {service:endpoint}，结束了其连接。',
  'out.portIgnored': '{server:endpoint} 对该端口以 RST 应答；转换回来后它带着旧序号，{client:endpoint} 忽略了它，连接继续进行。',
  'out.portUnanswered': '没有抓到 {server:endpoint} 作为应答的 RST。',
  'out.nodeResetIdle': '服务地址属于节点本身，因此节点自己以 RST 应答；{server:endpoint} 两个包都没有看到，其套接字仍然打开。',
  'out.nodeResetRemoved': '{client:endpoint} 的下一个报文段被交给节点自己，节点以 RST 应答；{server:endpoint} 对此一无所知。',
  'out.scanned': '{client} 尝试了 {server} 的 {n:int} 个端口，这些连接都没有传送任何数据：它在寻找开放的端口（扫描）。',
  'out.refused': '{client:endpoint} 无法连接（{n:count 次尝试}）。',
  'out.corruptDropped': '{client:endpoint} 的主机默默丢弃损坏的包；{server:endpoint} 必须重新发送。',
  'out.serverRestarted': '此前没有包绕过 NAT；到该服务端的 {n:count 条连接}以同样方式结束。',
  'out.serverAborted': '此前没有包绕过 NAT，节点和网络都没有参与。',
  'out.forged': '两台主机都相信了它，双方都想保留的连接就此消失。',
  'out.forgedOne': '{victim:endpoint} 相信了它并丢弃连接；{other:endpoint} 对此一无所知，下次发送时才得知。',
  'out.forgedIdle': '它以另一端的名义回应 RST，双方都想保留的连接就此消失。',
  'out.forgedIgnored': '其序号不符，被忽略。',
  'out.requestLost': '该请求（{bytes:bytes}）在 {server:endpoint} 遇上已关闭的套接字而丢失；{client:endpoint} 必须在另一条连接上重发。',
  'out.terminating': '之后有 {n:count 次}连接尝试失败。',
  'out.cookiesFailed': '{client:endpoint} 的首个数据得到普通 RST。',
  'out.neverConnected': '{client:endpoint} 一度以为已经连上；服务端从未有过这条连接。',
  'out.acceptedLate': '连接延迟建立。',
  'out.neverAccepted': '{client:endpoint} 以为已连上；其数据从未得到确认。',
  'out.clientAborted': '客户端之后的 {n:count 个 RST}只是应答仍在途中的包。',
  'out.clientForgot': '此前没有包逃过 NAT；该客户端共有 {n:count 条连接}以同样方式结束。',
  'out.keepaliveFailed': '{prober:endpoint} 的内核放弃了连接。',
};
