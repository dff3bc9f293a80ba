// Values inside sentences, by language: octets, durations, counts, endpoints with the names that context files gave them.
import { assertNever } from '../../../base/result.ts';

export type Language = 'en' | 'zh';

/** Name of an address (port null) or of one port of it; null where nobody named it. */
export type NameLookup = (address: string, port: number | null) => string | null;

/** Endpoints get their names, and their addresses beside it where they are first mentioned. */
export interface Naming {
  readonly nameOf: NameLookup;
  /** Endpoints that the text mentioned already; grows. */
  readonly mentioned: Set<string>;
}

const LOCALE: Readonly<Record<Language, string>> = { en: 'en-US', zh: 'zh-CN' };
const integers: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat(LOCALE.en, { maximumFractionDigits: 0 }),
  zh: new Intl.NumberFormat(LOCALE.zh, { maximumFractionDigits: 0 }),
};

/** What may stand behind the colon of a hole: `{behind:bytes}`, `{n:count connection|connections}`. `address`: an endpoint of which the address itself is what matters. */
export type Spec = 'bytes' | 'duration' | 'int' | 'endpoint' | 'address' | 'count' | 'seconds';

const SPECS: readonly Spec[] = ['bytes', 'duration', 'int', 'endpoint', 'address', 'count', 'seconds'];
const isSpec = (word: string): word is Spec => (SPECS as readonly string[]).includes(word);

/** Text of one value. `args` are the words of a count, singular and plural divided by `|`. */
export function formatValue(value: string | number, spec: string, language: Language, names: Naming | null): string {
  const [kind = '', ...words] = spec.split(' ');
  const number = typeof value === 'number' ? value : Number(value);
  if (!isSpec(kind)) return typeof value === 'number' ? integers[language].format(value) : value;
  switch (kind) {
    case 'bytes':
      return formatBytes(number, language);
    case 'duration':
      return formatDuration(number, language);
    case 'seconds':
      return number < 3600
        ? `${integers[language].format(number)} ${language === 'zh' ? '秒' : 's'}`
        : formatDuration(number * 1e9, language);
    case 'int':
      return integers[language].format(number);
    case 'count':
      return formatCount(number, words.join(' '), language);
    case 'endpoint':
      return formatNamed(String(value), names);
    case 'address':
      return String(value);
    default:
      return assertNever(kind);
  }
}

/** `5,794,996 bytes`, `5,794,996 字节`: exact, for people compare it with sequence numbers. */
export function formatBytes(value: number, language: Language): string {
  const text = integers[language].format(value);
  if (language === 'zh') return `${text} 字节`;
  return Math.abs(value) === 1 ? `${text} byte` : `${text} bytes`;
}

/** Three figures in the unit that suits: `480 ns`, `19 µs`, `412 ms`, `6.54 s`, `16 min 40 s`, `5 d 2 h`. @param value Nanos */
export function formatDuration(value: number, language: Language): string {
  const units =
    language === 'zh'
      ? { ns: '纳秒', us: '微秒', ms: '毫秒', s: '秒', min: '分', h: '小时', d: '天' }
      : { ns: 'ns', us: 'µs', ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' };
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  const figures = (x: number): string =>
    x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1).replace(/\.0$/, '') : x.toFixed(2).replace(/\.?0+$/, '');
  const two = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
    minor > 0 ? `${sign}${major} ${majorUnit} ${minor} ${minorUnit}` : `${sign}${major} ${majorUnit}`;
  if (size < 1e3) return `${sign}${size.toFixed(0)} ${units.ns}`;
  if (size < 1e6) return `${sign}${figures(size / 1e3)} ${units.us}`;
  if (size < 1e9) return `${sign}${figures(size / 1e6)} ${units.ms}`;
  if (size < 120e9) return `${sign}${figures(size / 1e9)} ${units.s}`;
  const seconds = Math.round(size / 1e9);
  if (seconds < 7200) return two(Math.floor(seconds / 60), units.min, seconds % 60, units.s);
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return two(Math.floor(minutes / 60), units.h, minutes % 60, units.min);
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), units.d, hours % 24, units.h);
}

function formatCount(value: number, words: string, language: Language): string {
  const [one = '', many = one] = words.split('|');
  const noun = language === 'en' && value !== 1 ? many : one;
  return `${integers[language].format(value)} ${noun}`;
}

/** `istio-pilot (10.0.0.1:80)`, from the second mention on `istio-pilot`. @param text endpoint or bare address */
function formatNamed(text: string, naming: Naming | null): string {
  if (!naming) return text;
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  const address = match ? (match[1] ?? match[2] ?? text) : text;
  const name = naming.nameOf(address, match ? Number(match[3]) : null);
  if (name === null || name === address) return text;
  if (naming.mentioned.has(text)) return name;
  naming.mentioned.add(text);
  return `${name} (${text})`;
}
