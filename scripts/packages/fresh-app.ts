// Creates a new application outside this repository, as a user of the packages does: with plain npm and the tarballs
// that check-packages.ts created.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Page } from 'playwright'

import manifest from '../../package.json' with { type: 'json' }
import { skippedExitCode } from '../gates/gate.ts'
import { interruption } from '../interruption.ts'
import { mustRun } from '../run-command.ts'
import { isNetworkFailure } from '../toolchain/network-failure.mjs'
import { reachRegistry, fewRetries } from './registry.ts'
import { tarballs } from './tarballs.ts'

export interface FreshApp {
  readonly folder: string
  /** Aborted when the check is interrupted. */
  readonly signal: AbortSignal
  /** Variables to add to the environment of its commands. */
  readonly env: Record<string, string>
  /** Runs a command in the folder and returns its output. Throws the output if the command fails. */
  run(command: string, ...args: string[]): Promise<string>
}

/** A package to install from the registry, in the version that this repository uses. */
export type Versioned = keyof typeof manifest.devDependencies

async function install({ run }: FreshApp, packages: readonly Versioned[]): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  const specs = packages.map((name) => `${name}@${manifest.devDependencies[name]}`)
  await run('npm', 'install', ...fewRetries, ...quiet, ...tarballs(), ...specs)
}

/** Marks the check as skipped. The sentence says why. */
export function skip(sentence: string): void {
  console.error(sentence)
  process.exitCode = skippedExitCode
}

/** Marks the check as failed, or as skipped if the registry is unreachable. */
export function reportFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  console.error(message)
  process.exitCode = 1
  if (isNetworkFailure(message)) skip('The npm registry is unreachable, so no new application was installed.')
}

export interface FreshAppCheck {
  /** The folder of its sources, next to this file. */
  name: string
  /** Packages to install from the registry, in addition to its own package.json. */
  packages: readonly Versioned[]
  /** Variables for its commands. Default: none. */
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
    cpSync(join(import.meta.dirname, name), folder, { recursive: true })
    await reachRegistry(folder, signal)
    await install(app, packages)
    await check(app)
  } catch (error) {
    reportFailure(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits until a page shows a text. Throws the text of the page if it does not appear. */
export async function expectText(page: Page, text: string): Promise<void> {
  const paragraph = page.locator('p', { hasText: text })
  await paragraph.waitFor({ timeout: 30_000 }).catch(async () => {
    const shown = await page.locator('body').innerText()
    throw new Error(`${page.url()} does not show "${text}" but "${shown}".`)
  })
}
