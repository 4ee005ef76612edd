import type { Measured, Row } from './measurement.ts'

/** Returns a measurement as a Markdown table, with its notes below. */
export function table({ rows, notes = [] }: Measured): string {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers ?? {})))]
  const hasFloor = rows.some(({ floor }) => floor !== undefined)
  const head = ['', 'what', 'unit', 'ours', 'target', 'met', ...(hasFloor ? ['floor'] : []), ...peers]
  const body = rows.map((row) => [
    row.id,
    row.what,
    row.unit,
    `**${row.ours}**`,
    row.target === undefined ? '' : `≤ ${row.target}`,
    met(row),
    ...(hasFloor ? [row.floor ?? ''] : []),
    ...peers.map((peer) => row.peers?.[peer] ?? ''),
  ])
  const lines = [head, head.map((_, column) => (column < 3 ? '---' : '---:')), ...body].map(line)
  return [lines.join('\n'), ...notes].join('\n\n')
}

function met({ ok }: Row): string {
  if (ok === undefined) return ''
  return ok ? 'yes' : '**no**'
}

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}
