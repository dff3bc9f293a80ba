import { dictionary } from './i18n.ts';

export const sharedText = dictionary(
  {
    close: 'Close',
    cancel: 'Cancel',
    retry: 'Try again',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The browser does not allow copying. Select the text and copy it by hand.',
    loading: 'Loading…',
    more: 'Show {n} more',
    less: 'Show fewer',
    failed: 'This could not be shown: {detail}',
    guide: 'Guide: how to capture well, read the diagram, and share',
  },
  {
    close: '关闭',
    cancel: '取消',
    retry: '重试',
    copy: '复制',
    copied: '已复制',
    copyFailed: '浏览器不允许复制。请选中文本后手动复制。',
    loading: '正在载入…',
    more: '再显示 {n} 项',
    less: '收起',
    failed: '无法显示：{detail}',
    guide: '指南（英文）：如何抓包、读图与分享',
  },
);
