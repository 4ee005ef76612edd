import type { Row } from '../measurement.ts'
import type { Result } from './results.ts'

export interface ReportPart {
  readonly title: string
  readonly result: Result
  /** Inline SVGs. */
  readonly plots: readonly string[]
}

/** Returns a page with all measurements. The page needs no script, no font and no request. */
export function htmlReport(parts: readonly ReportPart[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>forage-session: measurements</title>
<style>${style}</style>
</head>
<body>
<header><h1>forage-session, measured</h1>
<p>${verdict(parts)} Each table is the output of one command. <code>pnpm bench report</code> runs them all.</p>
<nav aria-label="Measurements"><ul>${parts.map(({ title, result }) => `<li><a href="#${result.name}">${escaped(title)}</a></li>`).join('')}</ul></nav></header>
<main>
${parts.map(section).join('\n')}
</main>
</body>
</html>
`
}

function verdict(parts: readonly ReportPart[]): string {
  const judged = parts.flatMap(({ result }) => result.rows).filter(({ ok }) => ok !== undefined)
  const met = judged.filter(({ ok }) => ok).length
  return `${met} of ${judged.length} targets are met.`
}

function section({ title, result, plots }: ReportPart): string {
  const { name, date, node, rows, notes = [] } = result
  return `<section id="${name}"><h2>${escaped(title)}</h2>
<p class="when">Measured on ${date.slice(0, 10)}, Node.js ${escaped(node)}.</p>
${plots.map((plot) => `<figure>${plot}</figure>`).join('\n')}
${table(rows)}
${notes
  .filter((note) => !note.startsWith('!['))
  .map((note) => `<p class="note">${inline(note)}</p>`)
  .join('\n')}
</section>`
}

function table(rows: readonly Row[]): string {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers ?? {})))]
  const hasFloor = rows.some(({ floor }) => floor !== undefined)
  const head = ['', 'what', 'ours', 'target', ...(hasFloor ? ['floor'] : []), ...peers]
  const titles = head.map((text) => `<th scope="col">${escaped(text)}</th>`).join('')
  const body = rows.map((row) => tableRow(row, peers, hasFloor)).join('\n')
  return `<div class="wide" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${titles}</tr></thead><tbody>
${body}
</tbody></table></div>`
}

function tableRow(row: Row, peers: readonly string[], hasFloor: boolean): string {
  const { id, what, unit, ours, target, floor, ok } = row
  const most = Math.max(ours, ...Object.values(row.peers ?? {}))
  const cells = [
    `<th scope="row"><code>${escaped(id)}</code></th>`,
    `<td>${inline(what)}</td>`,
    `<td class="ours">${shown(ours)} <small>${escaped(unit)}</small>${bar(ours, most)}</td>`,
    `<td>${target === undefined ? '' : `≤ ${shown(target)} ${ok ? '<span class="ok">met</span>' : '<strong class="no">missed</strong>'}`}</td>`,
    ...(hasFloor ? [`<td>${floor === undefined ? '' : shown(floor)}</td>`] : []),
    ...peers.map((peer) => {
      const value = row.peers?.[peer]
      return `<td>${value === undefined ? '' : shown(value) + bar(value, most)}</td>`
    }),
  ]
  return `<tr>${cells.join('')}</tr>`
}

/** Returns a bar on a logarithmic scale, because some peers' values are a thousand times as large. */
function bar(value: number, most: number): string {
  if (most <= 1 || value < 0) return ''
  const percent = Math.round((100 * Math.log10(1 + value)) / Math.log10(1 + most))
  return `<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${percent}" height="4"/></svg>`
}

function shown(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(value)
}

/** Converts the simple Markdown of notes to HTML. */
function inline(text: string): string {
  return escaped(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/_([^_]+)_/g, '<em>$1</em>')
    .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const style = `
:root{--text:#1e293b;--muted:#64748b;--line:#e2e8f0;--soft:#f8fafc;--accent:#1769aa;--good:#15803d;--bad:#b91c1c;--page:#fff}
@media(prefers-color-scheme:dark){:root{--text:#e2e8f0;--muted:#94a3b8;--line:#334155;--soft:#111c2f;--accent:#7cc4ff;--good:#4ade80;--bad:#fca5a5;--page:#0b1220}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 16px 64px;max-width:1500px;font:15px/1.55 system-ui,sans-serif;color:var(--text);background:var(--page)}
h1{font-size:1.7rem;margin:0 0 .3em}h2{font-size:1.25rem;margin:2.4em 0 .2em;scroll-margin-top:12px}
nav ul{display:flex;flex-wrap:wrap;gap:6px 16px;list-style:none;margin:12px 0 0;padding:0}
a{color:var(--accent)}.when,.note,small{color:var(--muted)}.note{font-size:.9rem;max-width:80ch}
figure{margin:12px 0}figure svg{width:100%;height:auto;max-width:860px;display:block}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
.wide:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
td:nth-child(2){text-align:left;white-space:normal;min-width:15em}th:first-child,thead th:nth-child(2){text-align:left}
thead th{background:var(--soft);font-weight:600;vertical-align:bottom}
tbody tr:last-child>*{border-bottom:0}.ours{font-weight:600}.ours small{font-weight:400}
.ok{color:var(--good)}.no{color:var(--bad)}
.bar{display:block;width:100%;min-width:40px;height:3px;margin-top:3px}.bar rect{fill:var(--muted);opacity:.55}.ours .bar rect{fill:var(--accent);opacity:1}
@media(max-width:700px){thead th:first-child,tbody th{display:none}td:nth-child(2){min-width:11em}}
code{font:.92em ui-monospace,monospace}`
