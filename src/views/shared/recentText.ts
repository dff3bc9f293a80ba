import { dictionary } from './i18n.ts';

export const recentText = dictionary(
  {
    recent: 'Recent incidents',
    untitled: 'Untitled incident',
    needs: 'needs {files}',
    complete: 'carries its packets',
    notes: '{n} {n|note|notes}',
    damaged: 'This record is damaged.',
    saveIt: 'Save it as it is',
    remove: 'Forget “{title}”',
    open: 'Open “{title}”',
    stillWaiting: 'Not all captures of this incident are here: drop {files} as well.',
    waiting: 'To go on with “{title}”, drop its captures again:',
    unlike: '{files}: the name is the same, the content is not. Its notes are not put on it.',
  },
  {
    recent: '最近的事件',
    untitled: '未命名事件',
    needs: '需要 {files}',
    complete: '自带数据包',
    notes: '{n} 条笔记',
    damaged: '此记录已损坏。',
    saveIt: '按原样保存',
    remove: '忘记“{title}”',
    open: '打开“{title}”',
    stillWaiting: '此事件的抓包尚未齐全：请再拖入 {files}。',
    waiting: '要继续“{title}”，请再次拖入其抓包文件：',
    unlike: '{files}：名称相同但内容不同，笔记不会放到它上面。',
  },
);
