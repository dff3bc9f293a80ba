// The overview of a fleet run: one static HTML page, no script, that opens from disk. Nothing in it comes unescaped.
import { groupBy } from '../../base/groupBy.ts';

/** One incident as the overview lists it. Times: ns since 1970. */
export interface OverviewIncident {
  readonly id: string;
  readonly kind: string;
  readonly severity: 'critical' | 'warning';
  readonly title: string;
  readonly summary: string;
  readonly client: string;
  readonly service: string;
  readonly server: string;
  readonly taps: readonly string[];
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  /** File beside the page, or null where only the report was written. */
  readonly href: string | null;
}

const STYLE = `
:root{color-scheme:light dark;--ground:#f7f8fa;--card:#fff;--hair:#dfe3e8;--ink:#1c2127;--mute:#5c6670;--leak:#c2261f;--warn:#8f5600;--data:#2f6299}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--card:#1c2026;--hair:#30363d;--ink:#e6e9ed;--mute:#9aa5b1;--leak:#ff7a70;--warn:#e0a458;--data:#7fb2e5}}
body{margin:0;padding:32px;background:var(--ground);color:var(--ink);font:13px/1.5 system-ui,sans-serif}
main{max-width:1200px;margin:auto}h1{font-size:20px}h2{font-size:16px;margin-top:32px}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--hair);border-radius:8px}
th,td{text-align:left;padding:8px 12px;border-top:1px solid var(--hair);vertical-align:top}th{color:var(--mute);font-weight:600;border-top:0}
.mono{font-family:ui-monospace,monospace;font-variant-numeric:tabular-nums;font-size:12px}.critical{color:var(--leak);font-weight:600}.warning{color:var(--warn);font-weight:600}
.mute{color:var(--mute)}svg{display:block;width:100%;height:120px;background:var(--card);border:1px solid var(--hair);border-radius:8px}rect{fill:var(--leak)}a{color:var(--data)}`;

/** @returns a complete HTML document; deterministic for equal incidents */
export function overviewHtml(incidents: readonly OverviewIncident[], captures: number, styleHash: string): string {
  const ordered = [...incidents].sort((a, b) => (a.firstNs < b.firstNs ? -1 : a.firstNs > b.firstNs ? 1 : a.id < b.id ? -1 : 1));
  const kinds = [...groupBy(ordered, (i) => i.kind)].sort((a, b) => b[1].length - a[1].length);
  const services = [...groupBy(ordered, (i) => i.service)].sort((a, b) => b[1].length - a[1].length);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Hopscope: ${incidents.length} incidents</title><style>${STYLE}</style></head>
<body><main><h1>${incidents.length} incidents in ${captures} captures</h1>
${ordered.length === 0 ? '<p>Nothing wrong was found in the suspects that the captures hold.</p>' : timeline(ordered)}
<h2>By cause</h2>${countTable('Cause', kinds)}
<h2>By service</h2>${countTable('Service', services)}
<h2>Incidents</h2><table><thead><tr><th>Time (UTC)</th><th>What</th><th>Connection</th><th>Seen at</th></tr></thead><tbody>
${ordered.map(incidentRow).join('\n')}
</tbody></table></main></body></html>
`;
}

/** What the page's Content-Security-Policy must name. */
export const OVERVIEW_STYLE = STYLE;

function incidentRow(i: OverviewIncident): string {
  const title = i.href === null ? escapeHtml(i.title) : `<a href="${escapeHtml(encodeURIComponent(i.href))}">${escapeHtml(i.title)}</a>`;
  return `<tr><td class="mono">${formatUtc(i.firstNs)}</td><td><span class="${i.severity}">${i.severity}</span> ${title}<br><span class="mute">${escapeHtml(i.summary)}</span></td><td class="mono">${escapeHtml(i.client)}<br>→ ${escapeHtml(i.service)}${i.server === i.service ? '' : `<br>→ ${escapeHtml(i.server)}`}</td><td>${escapeHtml(i.taps.join(', '))}</td></tr>`;
}

const countTable = (what: string, groups: readonly (readonly [string, readonly OverviewIncident[]])[]): string =>
  `<table><thead><tr><th>${what}</th><th>Incidents</th><th>First (UTC)</th><th>Last (UTC)</th></tr></thead><tbody>${groups
    .map(
      ([name, of]) =>
        `<tr><td class="mono">${escapeHtml(name)}</td><td>${of.length}</td><td class="mono">${formatUtc(of[0]?.firstNs ?? 0n)}</td><td class="mono">${formatUtc(of.at(-1)?.firstNs ?? 0n)}</td></tr>`,
    )
    .join('')}</tbody></table>`;

/** Incidents over time in sixty equal slices. */
function timeline(ordered: readonly OverviewIncident[]): string {
  const first = ordered[0]?.firstNs ?? 0n;
  const span = Number((ordered.at(-1)?.firstNs ?? first) - first) || 1;
  const bins = new Array<number>(60).fill(0);
  for (const i of ordered) {
    const bin = Math.min(59, Math.floor((60 * Number(i.firstNs - first)) / span));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const top = Math.max(...bins);
  const bars = bins.map((n, i) =>
    n === 0
      ? ''
      : `<rect x="${i * 10 + 1}" y="${(100 - (90 * n) / top).toFixed(1)}" width="8" height="${((90 * n) / top).toFixed(1)}"><title>${n}</title></rect>`,
  );
  return `<svg viewBox="0 0 600 100" preserveAspectRatio="none" role="img" aria-label="Incidents over time, ${formatUtc(first)} to ${formatUtc(ordered.at(-1)?.firstNs ?? first)}, at most ${top} in a slice">${bars.join('')}</svg>`;
}

/** `2024-12-24 09:14:02.731`; what no Date can hold is shown in seconds. */
function formatUtc(ns: bigint): string {
  const ms = Number(ns / 1_000_000n);
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ns / 1_000_000_000n} s` : date.toISOString().replace('T', ' ').replace('Z', '');
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (c) => `&#${c.codePointAt(0) ?? 0xfffd};`);
