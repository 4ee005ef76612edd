import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'vite'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

// React reads `process.env` only when it is loaded, which has happened by now.
import '../src/devtools.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'devtools-'))

/** Builds a page with this entry, and returns its code. */
async function built(name: string, mode: 'production' | 'development'): Promise<string> {
  const outDir = join(folder, `${name}-${mode}`)
  await build({
    configFile: path('../../../vite.config.ts'),
    root: path('./devtools-page'),
    mode,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    build: {
      outDir,
      reportCompressedSize: false,
      rolldownOptions: { input: path(`./devtools-page/${name}`) },
    },
  })
  const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).map((file) => join(outDir, file))
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
}

/** Words from the view, the model, the style sheet and the faults. */
const marks = ['Reject next request', 'renewal due', '.bar-renewal', '_emulator', 'expired_session_token']

let production: string
let explicit: string
let development: string

beforeAll(async () => {
  production = await built('default.html', 'production')
  explicit = await built('index.html', 'production')
  development = await built('default.html', 'development')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

test('a production build contains no code of the devtools', () => {
  expect(production).toContain('A shop')
  expect(marks.filter((mark) => production.includes(mark))).toEqual([])
})

test('a production build that imports the production entry contains the devtools', () => {
  expect(marks.filter((mark) => !explicit.includes(mark))).toEqual([])
})

test('a development build contains the devtools', () => {
  expect(marks.filter((mark) => !development.includes(mark))).toEqual([])
})

test('in a page without `process` the default entry of the devtools renders nothing and throws nothing', async () => {
  vi.resetModules()
  vi.stubGlobal('process', undefined)
  try {
    const { createSessionFaults, ForageSessionDevtools } = await import('../src/devtools.ts')
    expect(ForageSessionDevtools({})).toBeNull()
    const { fetch } = globalThis
    expect(createSessionFaults().fetch(fetch)).toBe(fetch)
  } finally {
    vi.unstubAllGlobals()
  }
})
