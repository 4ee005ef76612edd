// Follows each guide and the README from an empty folder with npm and a browser, because a guide that does not work is
// a bug. guides/guide-steps.ts says what a step is. The packages of this repository come from the tarballs that
// check-packages.ts created. Pass names of guides to follow only those.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'

import { chromium, type Browser } from 'playwright'

import { addTallies, nothing, type Tally } from '../gates/tally.ts'
import { interruption } from '../interruption.ts'
import { reachRegistry } from '../packages/registry.ts'
import { tarballs } from '../packages/tarballs.ts'
import { root } from '../run-command.ts'
import { availableEngines, chromiumLaunch } from '../toolchain/browsers.ts'
import { isNetworkFailure } from '../toolchain/network-failure.mjs'
import { followGuide } from './guides/follow-guide.ts'
import { guideSteps, portsOf, type GuideStep } from './guides/guide-steps.ts'
import type { GuidesReport } from './guides/guides-report.ts'
import { ownScope, startLocalRegistry } from './guides/local-registry.ts'
import { createPortLocks, portsInUse } from './guides/port-locks.ts'

interface Guide {
  name: string
  file: string
  steps: GuideStep[]
}

type Outcome = { status: 'passed'; seconds: number } | { status: 'failed' | 'skipped'; why: string }

const atOnce = 2
const signal = interruption()
const base = mkdtempSync(join(tmpdir(), 'guides-'))
const ports = createPortLocks()

function readGuides(names: readonly string[]): Guide[] {
  return globSync(['README.md', 'docs/testing.md', 'docs/guides/*.md'], { cwd: root })
    .toSorted()
    .map((file) => ({ name: basename(file, '.md'), file }))
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map((guide) => ({ ...guide, steps: guideSteps(readFileSync(join(root, guide.file), 'utf8')) }))
    .filter(({ steps }) => steps.length > 0)
}

/** Returns the environment of a terminal outside this repository and outside the npm script that runs this. */
function readersEnvironment(registry: string): Record<string, string> {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const own = join(root, 'node_modules')
  return {
    PATH: path.filter((folder) => !folder.startsWith(own)).join(delimiter),
    INIT_CWD: '',
    npm_config_local_prefix: '',
    [`npm_config_${ownScope}:registry`]: registry,
    npm_config_cache: join(base, 'npm-cache'),
    npm_config_prefer_offline: 'true',
    // npm must retry a stalled request before the guide's own timeouts end.
    npm_config_fetch_retries: '3',
    npm_config_fetch_retry_mintimeout: '500',
    npm_config_fetch_timeout: '20000',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    // Answers yes when npx asks whether it may install the command.
    npm_config_yes: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

/** Returns the reason why this machine cannot follow the guide now, if there is one. */
async function obstacle({ steps }: Guide): Promise<string | undefined> {
  const needsBrowser = steps.some(({ kind }) => kind === 'open')
  if (needsBrowser && !availableEngines().has('chromium')) return 'Chromium is not installed.'
  const used = await portsInUse(portsOf(steps))
  return used.length > 0 ? `Port ${used.join(', ')} is in use.` : undefined
}

async function follow(guide: Guide, env: Record<string, string>, browser: Browser): Promise<Outcome> {
  const startedAt = performance.now()
  const folder = join(base, guide.name)
  mkdirSync(folder)
  try {
    await followGuide(guide.steps, { folder, env, ports, signal, openBrowser: () => browser.newPage() })
    return { status: 'passed', seconds: (performance.now() - startedAt) / 1000 }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { status: 'failed', why: why.replaceAll(folder, '') }
  } finally {
    // The folder has hundreds of megabytes, and the other lane still runs.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function followAll(guides: readonly Guide[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const own = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  await using registry = await startLocalRegistry(tarballs())
  await using browser = await chromium.launch({ ...chromiumLaunch, ...own })
  const env = readersEnvironment(registry.url)
  const waiting = [...guides]
  const lane = async (): Promise<void> => {
    for (let guide = waiting.shift(); guide && !signal.aborted; guide = waiting.shift())
      outcomes.set(guide.file, await follow(guide, env, browser))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return outcomes
}

async function checkGuides(guides: readonly Guide[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const possible: Guide[] = []
  for (const guide of guides) {
    const why = await obstacle(guide)
    if (why === undefined) possible.push(guide)
    else outcomes.set(guide.file, { status: 'skipped', why })
  }
  return new Map([...outcomes, ...(await followIfRegistryAnswers(possible))])
}

async function followIfRegistryAnswers(guides: readonly Guide[]): Promise<Map<string, Outcome>> {
  try {
    await reachRegistry(base, signal)
  } catch (error) {
    if (!(error instanceof Error) || !isNetworkFailure(error.message)) throw error
    const why = 'The npm registry is unreachable.'
    return new Map(guides.map(({ file }) => [file, { status: 'skipped', why }]))
  }
  return guides.length > 0 ? await followAll(guides) : new Map()
}

function lineOf([file, outcome]: [string, Outcome]): string {
  if (outcome.status === 'passed') return `${file} works (${outcome.seconds.toFixed(1)} s).`
  const verb = outcome.status === 'failed' ? 'does not work' : 'was not followed'
  return `${file} ${verb}: ${outcome.why}`
}

function report(outcomes: ReadonlyMap<string, Outcome>): Tally {
  for (const entry of outcomes) console.log(lineOf(entry))
  const tally = addTallies([...outcomes.values()].map(({ status }) => ({ ...nothing, [status]: 1 })))
  const notes = [...outcomes].filter(([, { status }]) => status === 'skipped').map(lineOf)
  const file = process.env['TEST_REPORT']
  if (file !== undefined) writeFileSync(file, JSON.stringify({ tally, notes } satisfies GuidesReport))
  return tally
}

try {
  const { failed } = report(await checkGuides(readGuides(process.argv.slice(2))))
  process.exitCode = Math.min(failed, 1)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(base, { recursive: true, force: true, maxRetries: 3 })
}
