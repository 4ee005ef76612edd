// pnpm bench            lists the measurements
// pnpm bench NAME       runs one and prints a Markdown table; --json FILE also writes it down
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import type { Measurement, Row } from './measurement.ts'
import { size } from './size.ts'

const measurements: Record<string, Measurement> = { size }

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const [name] = positionals
const measurement = name === undefined ? undefined : measurements[name]

if (name === undefined || !measurement) {
  if (name !== undefined) console.error(`There is no measurement "${name}".`)
  for (const [known, { about }] of Object.entries(measurements)) console.log(`${known.padEnd(10)} ${about}`)
  process.exitCode = name === undefined ? 0 : 2
} else {
  const rows = await measurement.run()
  console.log(table(rows))
  if (values.json !== undefined) {
    const result = { name, date: new Date().toISOString(), node: process.version, rows }
    writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`)
  }
}

function table(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const body = rows.map(({ what, ours, unit, target, ok }) =>
    line([
      what,
      `${ours} ${unit}`,
      target === undefined ? '' : `≤ ${target} ${unit}`,
      ok === undefined ? '' : ok ? 'yes' : 'no',
    ]),
  )
  return [line(['what', 'ours', 'target', 'met']), line(['---', '---:', '---:', '---']), ...body].join('\n')
}
