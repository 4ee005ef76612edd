// The gates that are made of tests: what their runners report is added up, test by test.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import type { GuidesReport } from '../docs/guides/guides-report.ts'
import { root, runCommand, type CommandOutcome } from '../run-command.ts'
import { availableEngines, engines, type Engine } from '../toolchain/browsers.ts'
import type { Gate, GateResult } from './gate.ts'
import {
  nothing,
  projectsOfTests,
  settled,
  tallyOfPlaywright,
  tallyOfVitest,
  type PlaywrightReport,
  type Tally,
  type VitestReport,
} from './tally.ts'

function freshReport(name: string): string {
  const file = join(root, '.reports', `${name}.json`)
  mkdirSync(join(root, '.reports'), { recursive: true })
  rmSync(file, { force: true })
  return file
}

/** A runner that crashed leaves no report, or half of one. */
function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

async function runVitest(
  name: string,
  projects: readonly string[],
  signal: AbortSignal,
): Promise<GateResult> {
  const report = freshReport(name)
  const args = ['run', '--passWithNoTests', ...projects.map((project) => `--project=${project}`)]
  const { code, output } = await runCommand('vitest', args, { env: { TEST_REPORT: report }, signal })
  const tally = readReport(report) as VitestReport | undefined
  return { tally: settled(tally ? tallyOfVitest(tally) : nothing, code), output }
}

/** How many tests an engine would have run; listing them needs no browser. */
async function countVitest(engine: Engine, signal: AbortSignal): Promise<number> {
  const report = freshReport(`list-${engine}`)
  await runCommand('vitest', ['list', `--project=${engine}`, `--json=${report}`], { signal })
  return ((readReport(report) as unknown[] | undefined) ?? []).length
}

/** The end-to-end tests of one application. */
interface EndToEnd {
  /** Distinguishes the reports of the applications. */
  readonly id: string
  readonly config: string
}

function playwright(
  { config }: EndToEnd,
  report: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<CommandOutcome> {
  return runCommand('playwright', ['test', `--config=${config}`, '--reporter=list,json', ...args], {
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    signal,
  })
}

async function runPlaywright(
  tests: EndToEnd,
  projects: readonly string[],
  signal: AbortSignal,
): Promise<GateResult> {
  const report = freshReport(tests.id)
  const args = projects.map((project) => `--project=${project}`)
  const { code, output } = await playwright(tests, report, args, signal)
  const tally = readReport(report) as PlaywrightReport | undefined
  return { tally: settled(tally ? tallyOfPlaywright(tally) : nothing, code), output }
}

/** The project of each end-to-end test. */
async function listPlaywright(tests: EndToEnd, signal: AbortSignal): Promise<string[]> {
  const report = freshReport(`list-${tests.id}`)
  await playwright(tests, report, ['--list'], signal)
  return projectsOfTests((readReport(report) as PlaywrightReport | undefined)?.suites ?? [])
}

function skip(result: GateResult, missing: ReadonlyMap<string, number>): GateResult {
  const skipped = [...missing.values()].reduce((sum, count) => sum + count, 0)
  const notes = Array.from(
    missing,
    ([name, count]) => `${name} is not installed: ${count} tests are skipped.`,
  )
  const tally: Tally = { ...result.tally, skipped: result.tally.skipped + skipped }
  return { ...result, tally, notes }
}

/** Tests that need no browser. */
export const unitTests: Gate = {
  name: 'tests in Node.js and happy-dom, with React 19 and 18',
  run: (signal) => runVitest('units', ['node', 'dom', 'react18'], signal),
}

/** Tests of what would be published. */
export const packedTests: Gate = {
  name: 'tests of the packed packages',
  run: (signal) => runVitest('packed', ['packed'], signal),
}

/** Tests of the packages in each browser engine that is installed. */
export const engineTests: Gate = {
  name: 'tests in browsers',
  async run(signal) {
    const present = availableEngines()
    const missing = new Map<string, number>()
    for (const engine of engines.filter((name) => !present.has(name))) {
      const count = await countVitest(engine, signal)
      if (count > 0) missing.set(engine, count)
    }
    const result = present.size > 0 ? await runVitest('engines', [...present], signal) : undefined
    return skip(result ?? { tally: nothing, output: '' }, missing)
  },
}

/** Tests of several processes over a real Redis; without one they skip, and count, themselves. */
export const redisTests: Gate = {
  name: 'tests with Redis',
  run: (signal) => runVitest('redis', ['redis'], signal),
}

/** Tests of several processes over a real PostgreSQL; without one they skip, and count, themselves. */
export const postgresTests: Gate = {
  name: 'tests with PostgreSQL',
  run: (signal) => runVitest('postgres', ['postgres'], signal),
}

/** Tests of the alert rules with a real Prometheus; without one they skip, and count, themselves. */
export const prometheusTests: Gate = {
  name: 'tests with Prometheus',
  run: (signal) => runVitest('prometheus', ['prometheus'], signal),
}

/** Tests of several processes over one SQLite file. */
export const sqliteTests: Gate = {
  name: 'tests with SQLite',
  run: (signal) => runVitest('sqlite', ['sqlite'], signal),
}

/** Tests that drive several tabs of each browser; what is not installed they skip, and count, themselves. */
export const tabTests: Gate = {
  name: 'tests with several tabs',
  run: (signal) => runVitest('tabs', ['tabs'], signal),
}

/** Runs the tests of an application in each browser engine that is installed, and counts the others as skipped. */
async function runEndToEnd(tests: EndToEnd, signal: AbortSignal): Promise<GateResult> {
  const present = availableEngines()
  if (present.size === engines.length) return await runPlaywright(tests, [], signal)
  const projects = await listPlaywright(tests, signal)
  const isPresent = (project: string): boolean =>
    !engines.some((engine) => project.includes(engine) && !present.has(engine))
  const missing = new Map<string, number>()
  for (const project of projects.filter((name) => !isPresent(name)))
    missing.set(project, (missing.get(project) ?? 0) + 1)
  const runnable = [...new Set(projects.filter(isPresent))]
  const result = runnable.length > 0 ? await runPlaywright(tests, runnable, signal) : undefined
  return skip(result ?? { tally: nothing, output: '' }, missing)
}

/** Tests of the sample checkout. */
export const endToEndTests: Gate = {
  name: 'end-to-end tests of the sample checkout',
  run: (signal) => runEndToEnd({ id: 'end-to-end', config: 'apps/checkout/playwright.config.ts' }, signal),
}

/** Tests of the playground, from a folder of static files. */
export const playgroundTests: Gate = {
  name: 'end-to-end tests of the playground',
  run: (signal) => runEndToEnd({ id: 'playground', config: 'apps/playground/playwright.config.ts' }, signal),
}

/** Every guide, followed from an empty folder; one that cannot be followed here is skipped. */
export const guides: Gate = {
  name: 'guides',
  async run(signal) {
    const report = freshReport('guides')
    const { code, output } = await runCommand('node', ['scripts/docs/check-guides.ts', '--quick'], {
      env: { TEST_REPORT: report },
      signal,
    })
    const { tally = nothing, notes = [] } = (readReport(report) as GuidesReport | undefined) ?? {}
    return { tally: settled(tally, code), notes, output }
  },
}
