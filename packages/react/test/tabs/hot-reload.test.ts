import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import react from '@vitejs/plugin-react'
import { chromium, type Browser, type Page } from 'playwright'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { availableEngines, chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'

const isHere = availableEngines().has('chromium')
const packages = join(import.meta.dirname, '../../..')

const index = `
<link rel="icon" href="data:," />
<div id="root"></div>
<script>minted = 0</script>
<script type="module" src="/main.ts"></script>
`

const main = `
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { Checkout } from './checkout.tsx'
createRoot(document.getElementById('root')).render(createElement(Checkout))
`

/** The provider and a consumer in one module, which developers edit most often. */
const checkout = (label: string): string => `
import { useState } from 'react'
import { ForageSessionProvider, SessionGate, useSessionStatus } from '@forage-session/react'

export function Checkout() {
  return (
    <ForageSessionProvider tokenSource={async () => ({ token: 'sandbox_' + ++globalThis.minted, expires_in: 900 })}>
      <SessionGate fallback="wait"><Form /></SessionGate>
    </ForageSessionProvider>
  )
}

function Form() {
  const [taps, setTaps] = useState(0)
  return <button onClick={() => setTaps(taps + 1)}>${label} {taps} {useSessionStatus()} {globalThis.minted}</button>
}
`

let folder: string
let server: ViteDevServer
let browser: Browser
let page: Page

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const button = (text: string): Promise<void> => page.locator('button', { hasText: text }).waitFor()

beforeAll(async () => {
  if (!isHere) return
  // Outside node_modules: the server does not reload installed packages.
  const parent = join(packages, '../.reports')
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, 'hot-reload-'))
  write('index.html', index)
  write('main.ts', main)
  write('checkout.tsx', checkout('pay'))
  server = await createServer({
    configFile: false,
    logLevel: 'error',
    root: folder,
    cacheDir: join(folder, '.vite'),
    plugins: [react()],
    resolve: {
      alias: [
        { find: /^@forage-session\/(\w+)$/, replacement: `${packages}/$1/src/index.ts` },
        { find: /^@forage-session\/(\w+)\/(\w+)$/, replacement: `${packages}/$1/src/$2.ts` },
      ],
    },
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
    optimizeDeps: { include: ['react', 'react-dom/client', '@tanstack/react-query', 'ky'] },
  })
  await server.listen()
  browser = await chromium.launch(chromiumLaunch)
  page = await browser.newPage()
  page.setDefaultTimeout(10_000)
})

afterAll(async () => {
  if (!isHere) return
  await browser.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

test.skipIf(!isHere)('hot reload keeps the state of a component, the session and its token', async () => {
  const failures: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && failures.push(message.text())))
  await page.goto(server.resolvedUrls!.local[0]!)
  await button('pay 0 ready 1')
  await page.locator('button').click()
  await button('pay 1 ready 1')
  write('checkout.tsx', checkout('capture'))
  await button('capture 1 ready 1')
  expect(failures).toEqual([])
})
