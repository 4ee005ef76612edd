import { readFileSync, writeFileSync } from 'node:fs'

import { htmlReport, type ReportPart } from './html-report.ts'
import { withNumbers } from './marked-numbers.ts'
import { readResult } from './results.ts'

/** The measurements and their titles, in the order of the report. */
export const reportOrder = {
  probes: 'Behavior, compared with the peers',
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
/** The pages with marked numbers. */
const numbered = ['README.md', 'docs/measurements.md']
const pageOf = (name: string): URL => new URL(`../${name}`, docs)

/** Writes the results of the last documented runs into docs/report.html and into the marked numbers. */
export function writeReport(): void {
  writeFileSync(new URL('report.html', docs), htmlReport(parts()))
  for (const name of numbered) {
    const page = pageOf(name)
    writeFileSync(page, withNumbers(readFileSync(page, 'utf8'), readResult))
  }
}

/** Returns a message for each page that does not match the last measurements. */
export function staleReport(): string[] {
  const stale = (name: string, file: URL, expected: string): string[] =>
    readFileSync(file, 'utf8') === expected
      ? []
      : [`${name} does not match the last measurements. Run \`pnpm bench size --docs\`, then \`pnpm fix\`.`]
  return [
    ...stale('docs/report.html', new URL('report.html', docs), htmlReport(parts())),
    ...numbered.flatMap((name) => {
      const page = pageOf(name)
      return stale(name, page, withNumbers(readFileSync(page, 'utf8'), readResult))
    }),
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
