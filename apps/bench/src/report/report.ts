import { readFileSync, writeFileSync } from 'node:fs'

import { htmlReport, type ReportPart } from './html-report.ts'
import { withNumbers } from './readme-numbers.ts'
import { readResult } from './results.ts'

/** In the order in which somebody who doubts would ask. */
export const reportOrder = {
  probes: 'Behaviour, beside the peers',
  micro: 'Costs',
  size: 'Sizes',
  server: 'The merchant’s endpoint',
  fleet: 'A year of a fleet',
  simulate: 'A day of a million checkouts',
  load: 'Two thousand checkouts at once',
  soak: 'Half an hour',
  emulator: 'The emulator',
} as const

const plots: Readonly<Record<string, readonly string[]>> = {
  simulate: ['simulate-day', 'simulate-outage', 'simulate-revocation'],
  load: ['load'],
}

const docs = new URL('../../../../docs/', import.meta.url)
const readme = new URL('../README.md', docs)

/** What the last documented runs say, as one page and as the numbers of the README. */
export function writeReport(): void {
  writeFileSync(new URL('report.html', docs), htmlReport(parts()))
  writeFileSync(readme, withNumbers(readFileSync(readme, 'utf8'), readResult))
}

/** The sentences that are wrong: a page that is not what was measured. */
export function staleReport(): string[] {
  const stale = (name: string, file: URL, expected: string): string[] =>
    readFileSync(file, 'utf8') === expected
      ? []
      : [`${name} is not what was measured last: run \`pnpm bench size --docs\`, then \`pnpm fix\`.`]
  const page = readFileSync(readme, 'utf8')
  return [
    ...stale('docs/report.html', new URL('report.html', docs), htmlReport(parts())),
    ...stale('README.md', readme, withNumbers(page, readResult)),
  ]
}

function parts(): ReportPart[] {
  return Object.entries(reportOrder).flatMap(([name, title]) => {
    const result = readResult(name)
    if (!result) return []
    const files = plots[name] ?? []
    const svgs = files.map((file) => readFileSync(new URL(`plots/${file}.svg`, docs), 'utf8'))
    return [{ title, result, plots: svgs }]
  })
}
