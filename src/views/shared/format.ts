// Numbers with units as people read them. Pure: language and style are arguments.
import type { Language } from '../../worker/api.ts';

export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', zh: 'zh-CN' };

const integers = new Map<Language, Intl.NumberFormat>();

/** `1,284` */
export function formatCount(value: number, language: Language): string {
  let format = integers.get(language);
  if (!format) {
    format = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 0 });
    integers.set(language, format);
  }
  return format.format(value);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `35.5 MB`: powers of 1000, at most three significant digits. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = Math.abs(bytes);
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${bytes < 0 ? '−' : ''}${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `412 ms`, `41 µs`, `2.112 s`, `3 min 20 s`, `2 d 4 h`: a length of time from nanoseconds. */
export function formatDuration(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '−' : '';
  const ns = Math.abs(nanoseconds);
  if (!Number.isFinite(ns)) return '∞';
  if (ns < 1e3) return `${sign}${Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${sign}${short(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${sign}${short(ns / 1e6)} ms`;
  const s = ns / 1e9;
  if (s < 120) return `${sign}${s < 10 ? trim(s.toFixed(3)) : trim(s.toFixed(1))} s`;
  if (s < 7200) return `${sign}${two(s, 60, 'min', 1, 's')}`;
  if (s < 172_800) return `${sign}${two(s, 3600, 'h', 60, 'min')}`;
  return `${sign}${two(s, 86_400, 'd', 3600, 'h')}`;
}

/** `−33.9`: a decimal with a true minus sign. */
export const formatDecimal = (value: number, digits: number): string => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(digits)}`;

const trim = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
const short = (value: number): string => (value >= 99.95 ? value.toFixed(0) : trim(value.toFixed(1)));

function two(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const units = Math.round(seconds / small);
  const perBig = big / small;
  const rest = units % perBig;
  return rest === 0 ? `${Math.floor(units / perBig)} ${bigName}` : `${Math.floor(units / perBig)} ${bigName} ${rest} ${smallName}`;
}

/** `+3.700 012 s`, `−5 µs`: a signed clock offset to the microsecond, digits in groups of three. */
export function formatOffset(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '−' : '+';
  if (Math.abs(nanoseconds) < 1e8) return `${sign}${formatDuration(Math.abs(nanoseconds))}`;
  const micros = Math.round(Math.abs(nanoseconds) / 1e3);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  return `${sign}${Math.floor(micros / 1_000_000)}.${fraction.slice(0, 3)} ${fraction.slice(3)} s`;
}

/** `2026-11-22 13:24:47.056641 UTC`: a moment on a clock from nanoseconds since 1970. Years beyond what the calendar of the browser holds come as plain seconds. */
export function formatMoment(nanoseconds: bigint, zone: 'utc' | 'local'): string {
  const ms = Number(nanoseconds / 1_000_000n);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime()) || Math.abs(ms) > 8.64e15) return `${nanoseconds / 1_000_000_000n} s`;
  const micros = String(((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, 6);
  const local = zone === 'utc' ? ms : ms - date.getTimezoneOffset() * 60_000;
  const text = new Date(local).toISOString().slice(0, 19).replace('T', ' ');
  return `${text}.${micros}${zone === 'utc' ? ' UTC' : ''}`;
}

/**
 * `2026-11-22 13:24:47.056641`: a time as it was recorded on the capture point's own clock, UTC; to the nanosecond where the file is that
 * exact.
 */
export function formatRecorded(nanoseconds: bigint): string {
  const rest = String(((nanoseconds % 1000n) + 1000n) % 1000n).padStart(3, '0');
  const moment = formatMoment(nanoseconds, 'utc').replace(/ UTC$/, '');
  return rest === '000' ? moment : moment.replace(/(\.\d{6})/, `$1${rest}`);
}
