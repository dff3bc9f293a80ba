import { dictionary } from './i18n.ts';

/** Words that the notes, the inspector and the header share. */
export const notesText = dictionary(
  {
    note: 'Note',
    writePacketNote: 'Write a note on this packet…',
    removeNote: 'Remove this note',
    highlight: 'Highlight this packet',
    highlighted: 'Highlighted: remove the highlight',
    saved: 'Saved in this browser',
    pending: 'Saving…',
    failed: 'Not saved',
    failedFull: 'Not saved: the browser has no room left. Share the incident as a file to keep it, or free some space and save again.',
    failedMissing: 'This browser keeps nothing here (private window, or storage is off). Share the incident as a file to keep it.',
    failedRefused: 'Not saved: the browser refused ({detail}). Share the incident as a file to keep it.',
    elsewhere: 'Open in another tab',
    elsewhereLong: 'This incident is open in another tab, which keeps it. What you change here is not saved.',
    keepCopy: 'Keep a copy here',
    saveAgain: 'Save again',
  },
  {
    note: '笔记',
    writePacketNote: '为这个数据包写笔记…',
    removeNote: '删除这条笔记',
    highlight: '高亮这个数据包',
    highlighted: '已高亮：取消高亮',
    saved: '已保存在此浏览器',
    pending: '正在保存…',
    failed: '未保存',
    failedFull: '未保存：浏览器空间已满。请将事件分享为文件以保留，或释放空间后再次保存。',
    failedMissing: '此浏览器不保存数据（隐私窗口或存储已关闭）。请将事件分享为文件以保留。',
    failedRefused: '未保存：浏览器拒绝（{detail}）。请将事件分享为文件以保留。',
    elsewhere: '已在其他标签页打开',
    elsewhereLong: '此事件已在另一个标签页打开并由其保存。此处的修改不会保存。',
    keepCopy: '在此保留副本',
    saveAgain: '再次保存',
  },
);
