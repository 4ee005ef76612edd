// What a user of the packages gets: a fresh application outside this repository, with plain npm on the
// tarballs that check-packages.ts left.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Page } from 'playwright'

import manifest from '../package.json' with { type: 'json' }
import { skippedExitCode } from './gate.ts'
import { interruption } from './interruption.ts'
import { isNetworkFailure } from './network-failure.mjs'
import { askRegistry, patience } from './registry.ts'
import { mustRun, root } from './run-command.ts'
import { tarballs } from './tarballs.ts'

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
    await askRegistry(folder, signal)
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
