import { dictionary } from './i18n.ts';

const expected =
  'Expected: pcap or pcapng, plain or compressed, or a file that names things (kubectl, hosts, conntrack, sysctl, iptables).';
const expectedZh = '应为 pcap 或 pcapng（可压缩），或用于命名的文件（kubectl、hosts、conntrack、sysctl、iptables）。';

export const leftAsideText = dictionary(
  {
    title: 'Files that were not used',
    dismiss: 'Dismiss',
    more: 'and {n} more {n|file|files}',
    sameCapture: 'holds the same packets as {as} and is not counted twice.',
    unreadable: 'can’t be read any more: it was changed, moved or removed after it was dropped. Drop it again. ({detail})',
    interrupted: '({size}) was being read when the page closed. It is not read again by itself: drop it again to go on.',
    empty: 'is empty (0 bytes). The capture may still have been starting: check it and drop it again.',
    text: `is text that is no known context file. ${expected}`,
    image: `is an image. ${expected}`,
    archive: 'is an archive. Unpack it and drop the captures inside.',
    unknown: `is no capture that can be read. ${expected}`,
    capture: 'could not be read as a capture.',
    context: 'is a context file in which nothing could be read.',
    incident: 'is an incident file that could not be opened.',
  },
  {
    title: '未使用的文件',
    dismiss: '关闭',
    more: '以及另外 {n} 个文件',
    sameCapture: '与 {as} 含有相同的数据包，不重复计入。',
    unreadable: '已无法读取：放入后被修改、移动或删除。请重新放入。（{detail}）',
    interrupted: '（{size}）在页面关闭时正在读取。不会自动重新读取：请再次放入以继续。',
    empty: '为空（0 字节）。抓包可能刚刚开始：请检查后重新放入。',
    text: `是文本，但不是已知的上下文文件。${expectedZh}`,
    image: `是图片。${expectedZh}`,
    archive: '是归档文件。请解压后放入其中的抓包文件。',
    unknown: `不是可读取的抓包文件。${expectedZh}`,
    capture: '无法作为抓包文件读取。',
    context: '是上下文文件，但没有可读取的内容。',
    incident: '是事件文件，但无法打开。',
  },
);
