// What a user of the packages gets: a fresh application outside this repository, with plain npm on the
// tarballs that check-packages.ts left.
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Page } from 'playwright'

import manifest from '../package.json' with { type: 'json' }
import { skippedExitCode } from './gate.ts'
import { interruption } from './interruption.ts'
import { isNetworkFailure } from './network-failure.mjs'
import { mustRun, root } from './run-command.ts'

export interface FreshApp {
  readonly folder: string
  /** Aborted when the check is interrupted. */
  readonly signal: AbortSignal
  /** What is added to the environment of its commands. */
  readonly env: Record<string, string>
  /** Runs a command in the folder; throws what it said if it fails. */
  run(command: string, ...args: string[]): Promise<string>
}

/** From the registry, in the version of this repository. */
export type Versioned = keyof typeof manifest.devDependencies

function tarballs(): string[] {
  const folder = join(root, '.pack')
  const names = existsSync(folder) ? readdirSync(folder) : []
  if (names.length === 0)
    throw new Error('There are no tarballs in .pack/: run scripts/check-packages.ts first.')
  return names.map((name) => join(folder, name))
}

/** With a patience of seconds: what stalls is asked for again, and without a network it ends soon. */
const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000']

/**
 * Asked on its own, and past npm's cache: what `npm install` says without a network depends on what is in the
 * cache, and may be about peers that do not fit.
 */
async function askRegistry({ folder, run }: FreshApp): Promise<void> {
  await run('npm', 'view', 'react', 'version', ...patience, '--cache', join(folder, '.npm-cache'))
}

async function install({ run }: FreshApp, packages: readonly Versioned[]): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  const specs = packages.map((name) => `${name}@${manifest.devDependencies[name]}`)
  await run('npm', 'install', ...patience, ...quiet, ...tarballs(), ...specs)
}

/** Marks the check as skipped; the sentence says why. */
export function skip(sentence: string): void {
  console.error(sentence)
  process.exitCode = skippedExitCode
}

function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  console.error(message)
  process.exitCode = 1
  if (isNetworkFailure(message))
    skip('The npm registry cannot be reached: no fresh application was installed.')
}

export interface FreshAppCheck {
  /** The folder of its sources, beside this file. */
  name: string
  /** What it takes from the registry beside what its own package.json says. */
  packages: readonly Versioned[]
  /** Default: nothing. */
  env?: Record<string, string>
  check(app: FreshApp): Promise<void>
}

/** Copies an application, installs it, checks it and removes it. */
export async function checkFreshApp({ name, packages, env = {}, check }: FreshAppCheck): Promise<void> {
  const signal = interruption()
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const run: FreshApp['run'] = (command, ...args) => mustRun(command, args, { cwd: folder, env, signal })
  const app: FreshApp = { folder, signal, env, run }
  try {
    cpSync(join(root, 'scripts', name), folder, { recursive: true })
    await askRegistry(app)
    await install(app, packages)
    await check(app)
  } catch (error) {
    report(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits for what a page has to show; throws what it shows instead. */
export async function expectText(page: Page, text: string): Promise<void> {
  const paragraph = page.locator('p', { hasText: text })
  await paragraph.waitFor({ timeout: 30_000 }).catch(async () => {
    const shown = await page.locator('body').innerText()
    throw new Error(`${page.url()} does not show "${text}" but "${shown}".`)
  })
}
