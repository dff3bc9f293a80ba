// One sentence per kind of failure: what happened to which file, and what to do.
import type { OpenError } from '../../worker/api.ts';
import type { Translate } from '../shared/i18n.ts';
import type { tapsText } from './text.ts';

export function errorText(error: OpenError, t: Translate<keyof typeof tapsText.en>): string {
  switch (error.kind) {
    case 'notACapture':
      return t('notACapture', { file: error.file });
    case 'empty':
      return t('empty', { file: error.file });
    case 'hung':
      return t('hung', { file: error.file, seconds: error.seconds });
    case 'noMemory':
      return t('noMemory', { file: error.file });
    case 'cancelled':
      return t('cancelled', { file: error.file });
    case 'unsupported':
    case 'damaged':
    case 'unreadable':
    case 'crashed':
      return t(error.kind, { file: error.file, detail: error.detail });
  }
}
