import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { DEFAULT_CLIENT_SECRET } from '@forage-session/emulator'
import type { Plugin } from 'vite'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { startCheckout } from '../src/checkout-app.ts'
import { buildShop } from '../src/shop-build.ts'
import { Shopper } from './shopper.ts'

const folder = mkdtempSync(join(tmpdir(), 'shop-'))
const built = join(folder, 'built')
const careless = join(folder, 'careless')

/** An authentication token is a prefix and 30 letters and digits without a dot (docs.joinforage.app/docs/authentication). */
const authenticationToken = /\b(?:sandbox|prod|cert|staging|dev)_[A-Za-z0-9]{30}(?![\w.])/
/** The example token on that page. */
const exampleToken = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'

const secretForms = new Set([
  DEFAULT_CLIENT_SECRET,
  encodeURIComponent(DEFAULT_CLIENT_SECRET),
  Buffer.from(DEFAULT_CLIENT_SECRET).toString('base64').slice(0, -4),
])

function leaks(text: string): string[] {
  const found = [...secretForms].filter((form) => text.includes(form))
  return authenticationToken.test(text) ? [...found, 'an authentication token'] : found
}

function textOf(root: string): string {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name))
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n')
}

/** Puts secrets into the bundle, as a careless import or `define` would do. */
const leakSecrets: Plugin = {
  name: 'leak-secrets',
  transform: (code, id) =>
    id.endsWith('shop/main.tsx')
      ? `${code};console.log(${JSON.stringify([DEFAULT_CLIENT_SECRET, exampleToken])})`
      : undefined,
}

beforeAll(async () => {
  await buildShop(built)
  await buildShop(careless, [leakSecrets])
}, 60_000)
afterEach(() => vi.restoreAllMocks())
afterAll(() => rmSync(folder, { recursive: true }))

/** Returns a script and every script that it loads, at once or later. The demo's bar is no part of a payment. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || file.startsWith('demo-bar-')) return found
  found.add(file)
  const code = readFileSync(join(built, 'assets', file), 'utf8')
  for (const [, imported] of code.matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) withImports(imported!, found)
  return found
}

function compressedBytes(file: string): number {
  return gzipSync(readFileSync(join(built, 'assets', file)), { level: 9 }).length
}

test('a whole payment needs at most 120 kB of compressed JavaScript', () => {
  const html = readFileSync(join(built, 'index.html'), 'utf8')
  const entries = [...html.matchAll(/"\/assets\/([^"]+\.js)"/g)].map(([, file]) => file!)
  const files = new Set(entries.flatMap((file) => [...withImports(file)]))
  expect([...files].map((file) => readFileSync(join(built, 'assets', file), 'utf8')).join()).toContain(
    'Thank you, your order is paid',
  )
  expect([...files].reduce((sum, file) => sum + compressedBytes(file), 0)).toBeLessThanOrEqual(120_000)
})

test('no file of the built shop contains the client secret or an authentication token', () => {
  const text = textOf(built)
  expect(text).toContain('Harvest Lane Market')
  expect(leaks(text)).toEqual([])
})

test('the search for secrets finds both in a build that leaks them', () => {
  expect(leaks(textOf(careless))).toEqual([DEFAULT_CLIENT_SECRET, 'an authentication token'])
})

test("no answer of the backend to a customer contains the client secret or the backend's token", async () => {
  const tokens = watchAuthenticationTokens()
  const shop = await startCheckout({ port: 0, emulatorPort: 0 })
  const customer = await new Shopper(shop).signIn()
  try {
    const { id, card } = await customer.checkOutWithCard()
    const path = `/api/orders/${id}`
    const split = { snapCents: 858, cashCents: 0, cardCents: 0 }
    const responses = [
      await customer.send('GET', '/'),
      await customer.send('GET', '/api/config'),
      await customer.sessionToken(id),
      await customer.send('PUT', `${path}/card`, card!),
      await customer.send('PUT', `${path}/card`, { ref: 'unknown' }),
      await customer.send('PUT', `${path}/payments`, split),
      await customer.send('PUT', `${path}/payments`, { ...split, snapCents: 1 }),
      await customer.send('GET', '/healthz'),
      await customer.send('GET', '/api/demo/log'),
    ]
    const texts = await Promise.all(responses.map(everythingOf))
    expect(tokens).toEqual([expect.stringMatching(authenticationToken)])
    for (const text of texts) {
      expect(leaks(text)).toEqual([])
      expect(text).not.toContain(tokens[0])
    }
  } finally {
    await shop.close()
  }
})

async function everythingOf(response: Response): Promise<string> {
  const headers = Array.from(response.headers, ([name, value]) => `${name}: ${value}`)
  return [...headers, await response.text()].join('\n')
}

/** Records the authentication tokens that the backend receives from Forage. */
function watchAuthenticationTokens(): string[] {
  const tokens: string[] = []
  const { fetch } = globalThis
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await fetch(input, init)
    if (response.url.endsWith('/o/token/')) {
      const { access_token: token } = (await response.clone().json()) as { access_token: string }
      tokens.push(token)
    }
    return response
  })
  return tokens
}
