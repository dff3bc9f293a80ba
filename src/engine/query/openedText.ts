// What both ends of a connection offered when it opened, in a line; where a capture point saw something else than the one before, both with where.
import type { Language } from '../diagnose/wording/format.ts';
import { renderSentence, say } from '../diagnose/wording/render.ts';
import type { Handshake, HandshakeOption, OptionSeen } from '../model/connectionList.ts';
import type { Sentence } from '../model/finding.ts';

export function openedText({ captured, options }: Handshake, tapName: (tap: number) => string, language: Language): string {
  const text = (sentence: Sentence): string => renderSentence(sentence, language);
  const comma = language === 'zh' ? '、' : ', ';
  const one = (option: HandshakeOption['option'], seen: readonly OptionSeen[]): string => {
    const [first] = seen;
    if (seen.length > 1)
      return seen.map(({ value, taps }) => `${text(optionSentence(option, value))} (${taps.map(tapName).join(comma)})`).join(' → ');
    return first === undefined || first.value === null ? '' : text(optionSentence(option, first.value));
  };
  const offered = (end: 0 | 1): string =>
    options
      .map(({ option, ends }) => one(option, ends[end]))
      .filter((part) => part !== '')
      .join(comma) || text(say('opened.plain'));
  const isSeen = (end: 0 | 1): boolean => options.some(({ ends }) => ends[end].length > 0);
  const parts = [
    ...(captured === 'whole' ? [] : [text(say(`opened.${captured}`))]),
    ...(isSeen(0) ? [text(say('opened.client', { options: offered(0) }))] : []),
    ...(isSeen(1) ? [text(say('opened.server', { options: offered(1) }))] : []),
  ];
  return parts.join(language === 'zh' ? '；' : '; ');
}

function optionSentence(option: HandshakeOption['option'], value: number | null): Sentence {
  if (value === null) return say(`opened.gone.${option}`);
  return option === 'mss' || option === 'windowScale' ? say(`opened.${option}`, { value: String(value) }) : say(`opened.${option}`);
}
