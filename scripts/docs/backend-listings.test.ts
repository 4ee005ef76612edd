import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { afterAll, afterEach, describe, expect, it } from 'vitest'

import { checkEndpoint } from '../../packages/emulator/src/index.ts'
import { startEmulator, type RunningEmulator } from '../../packages/emulator/src/node.ts'
import { createIdleClock } from '../../packages/emulator/test/check/idle-clock.ts'
import { root } from '../run-command.ts'
import { contradictionsOf, post } from './backend-contract.ts'
import { codeBlocks, type CodeBlock } from './markdown.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'forage-listings-'))
const shop = 'https://shop.example'
const path = 'api/forage/session-token'

afterAll(() => rmSync(folder, { recursive: true }))

/** Returns the Python code of a page. */
function pythonOf(page: string): CodeBlock[] {
  return codeBlocks(readFileSync(page, 'utf8')).filter(({ language }) => language === 'python')
}

/** Writes the listing of docs/backends/python.md to a file. Returns its path. */
function writeListing(): string {
  const [block] = pythonOf(join(root, 'docs/backends/python.md'))
  const file = join(folder, 'forage_endpoint.py')
  writeFileSync(file, block!.code)
  return file
}

interface Backend {
  readonly url: string
  readonly child: ChildProcess
}

/** Runs the listing on a free port. Its page is that of another origin. */
async function startBackend(emulator: RunningEmulator): Promise<Backend> {
  const { clientId, clientSecret } = emulator.emulator
  const child = spawn('python3', [writeListing()], {
    env: {
      ...process.env,
      PORT: '0',
      FORAGE_API_URL: emulator.url,
      FORAGE_CLIENT_ID: clientId,
      FORAGE_CLIENT_SECRET: clientSecret,
      FORAGE_MERCHANT_ID: 'mid/123ab45c67',
      PAGE_ORIGINS: shop,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: line.toString().trim(), child }
}

/** Sends what a page sends for the cart of Alice, with changes. */
function requestToken(url: string, init: RequestInit = {}, headers: object = {}): Promise<Response> {
  const page = { 'Content-Type': 'application/json', Origin: shop, Cookie: 'session=session-of-alice' }
  const body = JSON.stringify({ checkout_id: 'cart-1', reason: 'first' })
  return fetch(url, { method: 'POST', body, ...init, headers: { ...page, ...headers } })
}

describe.skipIf(!hasPython)('the endpoint in Python', () => {
  const closing: (() => unknown)[] = []

  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  async function start(): Promise<RunningEmulator & { endpoint: string }> {
    const emulator = await startEmulator({ port: 0 })
    closing.push(() => emulator.close())
    const { url: endpoint, child } = await startBackend(emulator)
    closing.push(async () => (child.kill(), await once(child, 'close')))
    return { ...emulator, endpoint }
  }

  it('the endpoint in Python passes every check of `forage-emulator check` with one authentication token', async () => {
    const { url, emulator, endpoint } = await start()
    const clock = createIdleClock(Date.now())
    const report = await checkEndpoint({
      url: endpoint,
      headers: { Cookie: 'session=session-of-alice' },
      checkoutId: 'cart-1',
      otherCheckoutId: 'cart-2',
      origin: shop,
      environment: url,
      clientId: emulator.clientId,
      clientSecret: emulator.clientSecret,
      clock,
      fetch: clock.counting((input, init) => fetch(input, init)),
    })
    expect(report.checks.filter(({ status }) => status !== 'pass')).toEqual([])
    expect(report.ok).toBe(true)
    expect(emulator.control.counts().authenticationTokens).toBe(1)
  })

  it('each answer of the endpoint in Python is as the contract describes it', async () => {
    const { endpoint } = await start()
    const cases: [outcome: string, init?: RequestInit, headers?: object][] = [
      ['200'],
      ['401 unauthorized', {}, { Cookie: 'session=of-a-stranger' }],
      ['403 forbidden', { body: '{"checkout_id":"cart-2"}' }],
      ['403 origin_denied', {}, { Origin: 'https://evil.example' }],
      ['405 method_not_allowed', { method: 'PUT' }],
      ['413 payload_too_large', { body: 'x'.repeat(9000) }],
      ['415 unsupported_media_type', { body: '[]' }],
    ]
    for (const [outcome, init, headers] of cases) {
      const response = await requestToken(endpoint, init, headers)
      const { code } = (await response.clone().json()) as { code?: string }
      expect([response.status, code].join(' ').trim()).toBe(outcome)
      expect(await contradictionsOf(response, post)).toEqual([])
    }
  })

  it('the answer of the limit of the endpoint in Python is as the contract describes it', async () => {
    const { endpoint } = await start()
    const answers = await Promise.all(Array.from({ length: 21 }, () => requestToken(endpoint)))
    const limited = answers.filter(({ status }) => status === 429)
    expect(limited).toHaveLength(1)
    expect(await contradictionsOf(limited[0]!, post)).toEqual([])
  })

  it('after a revocation, the endpoint in Python replaces its authentication token once and then waits', async () => {
    const { emulator, endpoint } = await start()
    expect((await requestToken(endpoint)).status).toBe(200)
    emulator.control.revokeAuthenticationTokens()
    expect((await requestToken(endpoint)).status).toBe(200)
    emulator.control.revokeAuthenticationTokens()
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refused = await requestToken(endpoint)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '60'])
      expect(await refused.json()).toMatchObject({ code: 'upstream_unavailable' })
    }
    expect(emulator.control.counts().authenticationTokens).toBe(2)
  })

  it('if Forage refuses the client, the endpoint in Python asks once and answers 500 without a reason', async () => {
    const { emulator, endpoint } = await start()
    emulator.control.disableApplication()
    const answers = [await requestToken(endpoint), await requestToken(endpoint)]
    expect(answers.map(({ status }) => status)).toEqual([500, 500])
    expect(await answers[0]!.clone().json()).toMatchObject({ code: 'not_configured' })
    expect(await contradictionsOf(answers[0]!, post)).toEqual([])
    expect(emulator.control.requests().filter(({ path: sent }) => sent === '/o/token/')).toHaveLength(1)
  })

  it('if Forage asks to wait, the endpoint in Python passes the time on', async () => {
    const { emulator, endpoint } = await start()
    emulator.control.fault({ kind: 'rate-limit', path: '/api/session_token/' })
    const refused = await requestToken(endpoint)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.clone().json()).toMatchObject({ code: 'upstream_throttled' })
    expect(await contradictionsOf(refused, post)).toEqual([])
  })
})

describe.skipIf(!hasPython)('the listings for frameworks in Python', () => {
  it.each(['fastapi.md', 'django.md'])('the code of %s compiles', (page) => {
    const blocks = pythonOf(join(root, 'docs/backends', page))
    expect(blocks.length).toBeGreaterThan(0)
    for (const [index, { code }] of blocks.entries()) {
      const file = join(folder, `${page}.${index}.py`)
      writeFileSync(file, code)
      const { status, stderr } = spawnSync('python3', ['-m', 'py_compile', file], { encoding: 'utf8' })
      expect([status, stderr]).toEqual([0, ''])
    }
  })
})

describe('the pages of docs/backends', () => {
  it.each(globSync(join(root, 'docs/backends/*.md')).map((page) => [basename(page), page]))(
    '%s serves the path of the contract, forbids caches, and says whether a test runs it',
    (_, page) => {
      const text = readFileSync(page, 'utf8')
      expect(text).toContain(path)
      expect(text).toMatch(/no-store|noStore\(\)/)
      expect(text).toMatch(/A test of this repository runs this file|No test of this repository runs this/)
    },
  )
})
