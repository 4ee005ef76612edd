// Checks the packages in a new Vite application and on a plain Node.js backend. The sources are in consumer-app/.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

import { chromium, type Browser } from 'playwright'
import { preview } from 'vite'

import { availableEngines, chromiumLaunch } from '../toolchain/browsers.ts'
import { checkFreshApp, expectText, skip, type FreshApp } from './fresh-app.ts'

async function build({ folder, run }: FreshApp): Promise<void> {
  const script = join(folder, 'node_modules/@forage-session/core/dist/forage-session.iife.js')
  copyFileSync(script, join(folder, 'public/forage-session.iife.js'))
  for (const name of ['tsconfig', 'tsconfig.react-18', 'tsconfig.backend', 'tsconfig.server-render']) {
    await run('npx', 'tsc', '--project', `${name}.json`)
  }
  await run('npx', 'vite', 'build')
}

/** Runs the backend, renders a page on it, and starts the emulator's command. */
async function runBackend({ run }: FreshApp): Promise<void> {
  await run('node', 'backend.ts')
  await run('node', 'server-render.ts')
  await run('npx', 'forage-emulator', '--help')
}

/** Opens a page and waits for its text. */
async function expectPage(browser: Browser, url: string, text: string): Promise<void> {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  await expectText(page, text)
  if (errors.length > 0) throw new Error(`${url}: ${errors.join(' ')}`)
}

async function open({ folder, signal }: FreshApp): Promise<void> {
  const server = await preview({ root: folder, configFile: false, logLevel: 'error', preview: { port: 0 } })
  const own = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  const browser = await chromium.launch({ ...chromiumLaunch, ...own })
  signal.addEventListener('abort', () => void browser.close())
  try {
    const base = server.resolvedUrls?.local[0] ?? ''
    await expectPage(browser, base, 'function ready')
    await expectPage(browser, `${base}script-tag.html`, 'function')
  } finally {
    await browser.close()
    await server.close()
  }
}

await checkFreshApp({
  name: 'consumer-app',
  packages: [
    '@tanstack/react-query',
    '@types/node',
    '@types/react',
    '@types/react-dom',
    'ky',
    'react',
    'react-dom',
    'typescript',
    'vite',
  ],
  async check(app) {
    await build(app)
    await runBackend(app)
    if (availableEngines().has('chromium')) await open(app)
    else skip('Chromium is not installed, so the new application was built but not opened.')
  },
})
