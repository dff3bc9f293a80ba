import { dictionary } from '../shared/i18n.ts';

export const text = dictionary(
  {
    story: 'Story of this incident',
    at: 'Step {n} of {of}',
    previous: 'Previous step',
    next: 'Next step',
    end: 'End the story',
    full: 'Full screen (f)',
    leaveFull: 'Leave full screen (f)',
    keys: 'Arrow keys turn the pages, f fills the screen, Escape ends.',
  },
  {
    story: '事件故事',
    at: '第 {n} 步，共 {of} 步',
    previous: '上一步',
    next: '下一步',
    end: '结束故事',
    full: '全屏 (f)',
    leaveFull: '退出全屏 (f)',
    keys: '方向键翻页，f 全屏，Esc 结束。',
  },
);
