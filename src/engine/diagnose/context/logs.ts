// Application logs with times: lines that tell of resets, timeouts and refusals become marks on the time axis.
import type { LogMark } from '../../model/context.ts';
import type { Draft } from './draft.ts';
import { eachLine, endpointText, parseAddress } from './lines.ts';

const KINDS: readonly (readonly [LogMark['kind'], RegExp])[] = [
  ['reset', /connection reset|ECONNRESET|reset by peer|connection termination|broken pipe|EPIPE|reset reason/i],
  ['refused', /connection refused|ECONNREFUSED|no route to host|EHOSTUNREACH/i],
  ['timeout', /timed? ?out|ETIMEDOUT|deadline exceeded/i],
  ['closed', /\bclosed\b|\bclosing\b|\bEOF\b|terminated/i],
];
/** What a mark shows of its line. Characters. */
const LONGEST_TEXT = 500;

export function readLog(text: string, file: string, draft: Draft): void {
  eachLine(text, (line, number) => {
    const kind = KINDS.find(([, pattern]) => pattern.test(line))?.[0];
    const time = kind ? logTime(line) : null;
    if (kind && time) draft.marks.push({ time, kind, text: line.slice(0, LONGEST_TEXT), endpoints: endpointsIn(line), file, line: number });
    return draft.isFull;
  });
}

/**
 * Nanoseconds since 1970, as text, of a line that begins with a time: ISO 8601 (UTC where no zone is written), with `T` or a space,
 * in brackets or after `time=`; or seconds with a fraction. Null where there is none.
 */
export function logTime(line: string): string | null {
  const head = line.slice(0, 80);
  const iso = /(?:^|[[\s"=])(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/.exec(head);
  if (iso) {
    const [, y, mo, d, h, mi, s, fraction = '', zone = 'Z'] = iso;
    const whole = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s)) / 1000 - zoneSeconds(zone);
    if (!Number.isFinite(whole) || whole < 0) return null;
    return (BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))).toString();
  }
  const seconds = /^\[?(\d{9,10})\.(\d{1,9})\b/.exec(head);
  const [, whole, fraction] = seconds ?? [];
  return whole !== undefined && fraction !== undefined
    ? (BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))).toString()
    : null;
}

function zoneSeconds(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60) : 0;
}

function endpointsIn(line: string): readonly string[] {
  const found: string[] = [];
  for (const match of line.slice(0, 4096).matchAll(/(?:\[([0-9a-f:.]{3,45})\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})\b/gi)) {
    const address = parseAddress(match[1] ?? match[2] ?? '');
    if (address !== null && found.length < 8) found.push(endpointText(address, match[3] ?? ''));
  }
  return [...new Set(found)];
}
