// pnpm bench            lists the measurements
// pnpm bench NAME       runs one and prints a Markdown table
// pnpm bench report     runs all of them with --docs and updates the tables, docs/report.html and the marked numbers
//   --json FILE         also writes the result to FILE
//   --docs              also writes the table into its page and the report
//   --strict            fails if a row misses its target (a row over its budget always fails)
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { document } from './documentation.ts'
import { emulator } from './emulator/emulator.ts'
import { fleet } from './fleet/fleet.ts'
import { load } from './load/load.ts'
import { soak } from './load/soak.ts'
import type { Measured, Measurement } from './measurement.ts'
import { micro } from './micro/micro.ts'
import { probes } from './probes/measurement.ts'
import { reportOrder, writeReport } from './report/report.ts'
import { saveResult } from './report/results.ts'
import { server } from './server/server.ts'
import { simulate } from './simulate/simulate.ts'
import { size } from './size.ts'
import { table } from './table.ts'

const measurements: Record<string, Measurement> = {
  probes,
  micro,
  size,
  server,
  fleet,
  emulator,
  load,
  simulate,
  soak,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, docs: { type: 'boolean' }, strict: { type: 'boolean' } },
})
const [name] = positionals
const measurement = name === undefined ? undefined : measurements[name]

if (name === 'report') {
  for (const each of Object.keys(reportOrder)) await run(each, measurements[each]!, { isDocumented: true })
} else if (name !== undefined && measurement) {
  await run(name, measurement, { isDocumented: values.docs === true })
} else {
  if (name !== undefined) console.error(`There is no measurement "${name}".`)
  const list = { ...measurements, report: { about: 'Runs all measurements one after another, with --docs.' } }
  for (const [known, { about }] of Object.entries(list)) console.log(`${known.padEnd(10)} ${about}`)
  process.exitCode = name === undefined ? 0 : 2
}

async function run(
  title: string,
  { run: measure }: Measurement,
  { isDocumented }: { isDocumented: boolean },
): Promise<void> {
  const measured = await measure()
  const date = new Date().toISOString()
  const result = { name: title, date, node: process.version, rows: measured.rows }
  const text = table(measured)
  console.log(text)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`)
  if (isDocumented) {
    document(title, `Measured on ${date.slice(0, 10)}, Node.js ${process.version}.\n\n${text}`)
    saveResult({ ...result, notes: measured.notes ?? [] })
    writeReport()
  }
  judge(measured)
}

function judge({ rows, overBudget = [] }: Measured): void {
  const missed = rows.filter(({ ok }) => ok === false)
  for (const { id, ours, target, unit } of missed)
    console.error(`${id}: ${ours} ${unit}, target ${target} ${unit}: missed`)
  for (const line of overBudget) console.error(line)
  if (overBudget.length > 0 || (missed.length > 0 && values.strict === true)) process.exitCode = 1
}
