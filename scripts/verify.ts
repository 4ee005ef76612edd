// `npm test`: every gate, also after one that failed, and a count of all of it as the last line.
import { durationLines, type Duration } from './gates/durations.ts'
import { commandGate, type Gate, type GateResult } from './gates/gate.ts'
import { addTallies, closingLine, nothing, type Tally } from './gates/tally.ts'
import {
  endToEndTests,
  engineTests,
  guides,
  packedTests,
  playgroundTests,
  postgresTests,
  prometheusTests,
  redisTests,
  sqliteTests,
  tabTests,
  unitTests,
} from './gates/test-gates.ts'
import { interruption } from './interruption.ts'
import { runCommand } from './run-command.ts'

/** Brings browsers, databases and Prometheus, one after the other; what cannot be brought is counted by the gates that need it. */
const programs: Gate = {
  name: 'browsers, Redis, PostgreSQL and Prometheus',
  async run(signal) {
    let output = ''
    for (const name of ['browsers', 'redis', 'postgres', 'prometheus'])
      output += (await runCommand('node', [`scripts/toolchain/${name}.ts`], { signal })).output
    return { tally: nothing, notes: output.split('\n').filter(Boolean), output }
  },
}

/**
 * One stage after the other, the gates of a stage two at a time: the stories of the checkout have the machine for
 * themselves, since they are about time.
 */
const stages: Gate[][] = [
  [
    programs,
    commandGate('lint', 'oxlint'),
    commandGate('types', 'tsc', '-b'),
    commandGate('format', 'oxfmt', '--check'),
    commandGate('unused code', 'knip'),
    commandGate('known vulnerabilities', 'node', 'scripts/audit/check-audit.ts'),
    commandGate('documentation', 'node', 'scripts/docs/check-docs.ts'),
    commandGate('sizes', 'node', 'apps/bench/src/bench.ts', 'size'),
  ],
  [
    unitTests,
    commandGate('packages', 'node', 'scripts/packages/check-packages.ts'),
    commandGate('documentation as a site', 'node', 'scripts/docs/check-site.ts'),
    sqliteTests,
  ],
  // Several tabs wait for each other most of their time: the others fill it.
  [tabTests, packedTests, redisTests, postgresTests, prometheusTests, engineTests, playgroundTests],
  [endToEndTests],
  [
    commandGate('packages in a fresh application', 'node', 'scripts/packages/check-consumer.ts'),
    commandGate('packages from a clone', 'node', 'scripts/packages/check-install.ts'),
    commandGate('packages in Next.js', 'node', 'scripts/packages/check-next.ts'),
    commandGate('packages beside the oldest they run on', 'node', 'scripts/packages/check-minimum.ts'),
    guides,
  ],
]
const atOnce = 2

const interrupted = interruption()
const durations: Duration[] = []

function mark({ passed, failed }: Tally): string {
  if (failed > 0) return '✗'
  return passed > 0 ? '✓' : '-'
}

function report({ name }: Gate, { tally, notes = [], output }: GateResult, startedAt: number): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const tests = tally.passed + tally.failed + tally.skipped
  const count = tests > 1 ? `: ${closingLine(tally)}` : ''
  if (tests + notes.length > 0) console.log(`${mark(tally)} ${name}${count} (${seconds} s)`)
  for (const note of notes) console.log(`  ${note}`)
  if (tally.failed > 0) console.log(`\n${output.trimEnd()}\n`)
}

async function runGate(gate: Gate): Promise<Tally> {
  const startedAt = performance.now()
  const result = await gate.run(interrupted).catch((error: unknown): GateResult => {
    return {
      tally: { ...nothing, failed: 1 },
      output: error instanceof Error ? String(error.stack) : String(error),
    }
  })
  // A gate that was interrupted has no result.
  if (interrupted.aborted) return nothing
  durations.push({ name: gate.name, seconds: (performance.now() - startedAt) / 1000 })
  report(gate, result, startedAt)
  return result.tally
}

async function runStage(gates: readonly Gate[]): Promise<Tally[]> {
  const waiting = [...gates]
  const tallies: Tally[] = []
  const lane = async (): Promise<void> => {
    for (let gate = waiting.shift(); gate && !interrupted.aborted; gate = waiting.shift()) {
      tallies.push(await runGate(gate))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return tallies
}

async function verify(): Promise<void> {
  const startedAt = performance.now()
  let total = nothing
  for (const gates of stages) {
    if (!interrupted.aborted) total = addTallies([total, ...(await runStage(gates))])
  }
  if (interrupted.aborted) console.log('Interrupted: the gates that had not ended are not counted.')
  console.log(`\n${durationLines(durations, (performance.now() - startedAt) / 1000).join('\n')}`)
  console.log(`\n${closingLine(total)}`)
  process.exitCode = interrupted.aborted ? 130 : Math.min(total.failed, 1)
}

await verify()
