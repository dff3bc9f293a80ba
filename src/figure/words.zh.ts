// 序列图的中文文字。字段名保持 Wireshark 的写法。
import type { LadderWords } from './words.ts';

const list = (parts: readonly string[]): string => parts.join('，');

export const wordsZh: LadderWords = {
  roles: {
    client: '客户端',
    'client-side': '客户端节点',
    node: 'NAT 节点',
    'server-side': '服务端节点',
    server: '服务端',
    unknown: '抓包点',
  },
  observed: (from) => (from.length > 0 ? `实测，${from.join('、')}` : '实测'),
  inferred: (from) => (from.length >= 2 ? '由多份抓包推断' : '推断'),
  entryState: (state) => `此后 conntrack 条目为 ${state}`,
  heldBack: (time) => `滞留 ${time}`,
  lost: '丢失',
  injected: '在此注入',
  notTranslated: '未转换',
  invalidBehind: (verdict, bytes) => `${verdict}：落后数据流 ${bytes} 字节`,
  invalidAhead: (verdict, bytes) => `${verdict}：超前数据流 ${bytes} 字节`,
  passedUntranslated: '已放行，未转换',
  aroundTheNode: '绕过了节点',
  pastTheNat: '未经 NAT',
  sameBytes: '重发相同字节',
  links: {
    'no-socket': '无此套接字',
    closes: '连接关闭',
    answers: '应答',
    'same-bytes': '相同字节',
    aborted: '应用中止',
    'entry-gone': '条目已失效',
  },
  marks: {
    retransmission: '重传',
    fastRetransmission: '快速重传',
    spuriousRetransmission: '伪重传',
    outOfOrder: '乱序',
    lostSegment: '前一段未捕获',
    duplicateAck: '重复 ACK',
    zeroWindow: '零窗口',
    zeroWindowProbe: '零窗口探测',
    windowUpdate: '窗口更新',
    windowFull: '窗口已满',
    keepAlive: '保活',
    ackedUnseen: '确认了未捕获的段',
  },
  natures: {
    leak: '泄漏的数据包',
    leakedReset: '泄漏的 RST',
    reset: 'RST',
    lost: '丢失的数据包',
    injected: '注入的数据包',
    held: '滞留的数据包',
    retransmission: '重传',
    syn: 'SYN',
    synAck: 'SYN ACK',
    fin: 'FIN',
    data: '数据段',
    ack: 'ACK',
  },
  foldTitle: (segments, bytes, duration) => `${segments} 个数据段，${bytes}，${duration}`,
  segments: (count) => `${count} 个数据段`,
  foldOpen: '展开',
  foldClose: '折叠',
  foldDetails: (t, n) => {
    const some = (count: number, word: string): string[] => (count > 0 ? [`${n(count)} 个${word}`] : []);
    const unusual = [
      ...some(t.leaks, '泄漏'),
      ...some(t.resets, ' RST'),
      ...some(t.lost, '丢失'),
      ...some(t.injected, '注入'),
      ...some(t.held, '滞留'),
      ...some(t.retransmissions, '重传'),
      ...some(t.outOfOrder, '乱序'),
      ...some(t.zeroWindows, '零窗口'),
      ...some(t.duplicateAcks, '重复 ACK'),
      ...some(t.keepAlives, '保活'),
    ];
    const fine = t.acknowledged && t.translated > 0 && t.untranslated === 0;
    if (fine && unusual.length === 0) return ['均已确认并转换'];
    return [
      ...unusual,
      ...(t.acknowledged ? ['全部已确认'] : []),
      ...(t.translated > 0 && t.untranslated === 0 ? ['全部已转换'] : []),
      ...(t.untranslated > 0 ? [`${n(t.untranslated)} 个未转换`] : []),
    ];
  },
  silence: (duration) => `静默 ${duration}`,
  pathOpens: (client, server) => `连接 ${client} → ${server}`,
  loading: '正在读取…',
  pinnedTo: (what) => `备注固定于 ${what}`,
  sentence: (p) =>
    [
      `${p.nature}${p.flags && p.flags !== p.nature ? `（${p.flags}）` : ''}，${p.from} → ${p.to}`,
      p.expected ? `应为 ${p.expected}` : '',
      `seq ${p.seq}`,
      p.ack === null ? '' : `ack ${p.ack}`,
      `${p.length} 字节`,
      ...p.marks,
      p.verdict ?? '',
    ]
      .filter((s) => s !== '')
      .join('，'),
  packetSeen: (lane, frame, time) => `${lane} ${frame}，${time} 秒`,
  and: list,
};
