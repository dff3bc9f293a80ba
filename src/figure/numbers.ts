// Numbers with units, as they stand in the ladder. Locale-independent grouping, so that an exported figure is the same everywhere.

/** `1,284`. */
export const grouped = (n: number): string => {
  const digits = Math.abs(Math.round(n)).toString();
  const out = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return n < 0 ? `−${out}` : out;
};

/** `1,448 B`, `35.5 MB`: three significant digits, powers of ten as captures and links are counted. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${grouped(value)} B` : `${significant(value)} ${units[unit]}`;
}

/** `41 µs`, `412 ms`, `2.11 s`, `15 min 2 s`. */
export function duration(ns: number): string {
  const abs = Math.abs(ns);
  const sign = ns < 0 ? '−' : '';
  if (abs < 999.5) return `${sign}${Math.round(abs)} ns`;
  if (abs < 999.5e3) return `${sign}${significant(abs / 1e3)} µs`;
  if (abs < 999.5e6) return `${sign}${significant(abs / 1e6)} ms`;
  if (abs < 99.95e9) return `${sign}${significant(abs / 1e9)} s`;
  const seconds = Math.round(abs / 1e9);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${sign}${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Seconds since the start with microseconds in groups: `2.526 314`. Tabular: the same number of digits in every row. */
export function clock(ns: number): string {
  const sign = ns < 0 ? '−' : '';
  const micros = Math.round(Math.abs(ns) / 1000);
  const fraction = (micros % 1e6).toString().padStart(6, '0');
  return `${sign}${grouped(Math.floor(micros / 1e6))}.${fraction.slice(0, 3)}\u2009${fraction.slice(3)}`;
}

/** Time of day in UTC: `09:14:02.731 204`. */
export function utcClock(epoch: bigint, ns: number): string {
  const total = epoch + BigInt(Math.round(ns));
  const day = 86_400_000_000_000n;
  const inDay = ((total % day) + day) % day;
  const micros = Number(inDay / 1000n);
  const seconds = Math.floor(micros / 1e6);
  const two = (n: number): string => n.toString().padStart(2, '0');
  const fraction = (micros % 1e6).toString().padStart(6, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction.slice(0, 3)}\u2009${fraction.slice(3)}`;
}

function significant(value: number): string {
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return value.toFixed(digits).replace(/\.0+$/, '');
}
