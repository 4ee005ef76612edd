// What a user of the packages gets: a fresh application outside this repository, with plain npm on the
// tarballs that check-packages.ts left. Its sources are in consumer-app/.
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium, type Browser } from 'playwright'
import { preview } from 'vite'

import manifest from '../package.json' with { type: 'json' }
import { availableEngines, chromiumLaunch } from './browsers.ts'
import { skippedExitCode } from './gate.ts'
import { interruption } from './interruption.ts'
import { isNetworkFailure } from './network-failure.mjs'
import { askRegistry, patience } from './registry.ts'
import { mustRun, root } from './run-command.ts'
import { tarballs } from './tarballs.ts'

const signal = interruption()
const { devDependencies: versions } = manifest

/** What the application takes from the registry, in the versions of this repository. */
const fromRegistry = [
  '@tanstack/react-query',
  '@types/node',
  '@types/react',
  '@types/react-dom',
  'ky',
  'react',
  'react-dom',
  'typescript',
  'vite',
] as const

async function install(app: string): Promise<void> {
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  const specs = fromRegistry.map((name) => `${name}@${versions[name]}`)
  await mustRun('npm', ['install', ...patience, ...quiet, ...tarballs(), ...specs], { cwd: app, signal })
}

async function build(app: string): Promise<void> {
  const script = join(app, 'node_modules/@forage-session/core/dist/forage-session.iife.js')
  copyFileSync(script, join(app, 'public/forage-session.iife.js'))
  for (const project of ['tsconfig.json', 'tsconfig.backend.json']) {
    await mustRun('npx', ['tsc', '--project', project], { cwd: app, signal })
  }
  await mustRun('npx', ['vite', 'build'], { cwd: app, signal })
}

/** The packages of the backend, and the emulator's command. */
async function runBackend(app: string): Promise<void> {
  await mustRun('node', ['backend.ts'], { cwd: app, signal })
  await mustRun('npx', ['forage-emulator', '--help'], { cwd: app, signal })
}

/** Opens a page and waits for what it has to show. */
async function expectText(browser: Browser, url: string, text: string): Promise<void> {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  const paragraph = page.locator('p', { hasText: text })
  await paragraph.waitFor({ timeout: 10_000 }).catch(async () => {
    const shown = await page.locator('body').innerText()
    throw new Error(`${url} does not show "${text}" but "${shown}". ${errors.join(' ')}`)
  })
}

async function open(app: string): Promise<void> {
  const server = await preview({ root: app, configFile: false, logLevel: 'error', preview: { port: 0 } })
  const own = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  const browser = await chromium.launch({ ...chromiumLaunch, ...own })
  signal.addEventListener('abort', () => void browser.close())
  try {
    const base = server.resolvedUrls?.local[0] ?? ''
    await expectText(browser, base, 'function ready')
    await expectText(browser, `${base}script-tag.html`, 'function')
  } finally {
    await browser.close()
    await server.close()
  }
}

function skip(sentence: string): void {
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

const app = mkdtempSync(join(tmpdir(), 'consumer-app-'))
try {
  cpSync(join(root, 'scripts/consumer-app'), app, { recursive: true })
  await askRegistry(app, signal)
  await install(app)
  await build(app)
  await runBackend(app)
  if (availableEngines().has('chromium')) await open(app)
  else skip('Chromium is not installed: the fresh application was built, but not opened.')
} catch (error) {
  report(error)
} finally {
  rmSync(app, { recursive: true, force: true })
}
