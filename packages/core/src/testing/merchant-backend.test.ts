import { expect, test } from 'vitest'

import { createForageSession, type ForageSession } from '../index.ts'
import {
  createMerchantBackend,
  type MerchantBackend,
  type MerchantBackendOptions,
} from './merchant-backend.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

interface Setup {
  clock: VirtualClock
  backend: MerchantBackend
  session: ForageSession
  get(): Promise<string>
}

function setUp(options?: MerchantBackendOptions): Setup {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock, options)
  const { tokenSource, fetch } = backend
  const session = createForageSession({
    tokenSource,
    fetch,
    environment: 'sandbox',
    share: 'off',
    platform: { clock, random: () => 0 },
  })
  const get = async (): Promise<string> => {
    const token = session.getToken()
    token.catch(() => {})
    await clock.advance(options?.latencyMs ?? 50)
    return await token
  }
  return { clock, backend, session, get }
}

const status = async (backend: MerchantBackend, token: string): Promise<number> => {
  const headers = { Authorization: `Bearer ${token}` }
  return (await backend.fetch('https://api.sandbox.joinforage.app/api/x/', { headers })).status
}

test('the backend returns a new token for each request, after its latency', async () => {
  const { clock, backend, session } = setUp({ latencyMs: 2000 })
  const token = session.getToken()
  await clock.advance(1999)
  expect(session.getSnapshot().status).toBe('fetching')
  await clock.advance(1)
  await expect(token).resolves.toBe('sandbox_token-1')
  expect(backend.requests).toMatchObject([{ reason: 'first', checkoutId: undefined }])
})

test('the API accepts a token for its lifetime, or until it is revoked', async () => {
  const { clock, backend, get } = setUp({ lifetimeMs: 60_000 })
  const first = await get()
  expect(await status(backend, first)).toBe(200)
  await clock.advance(60_000)
  expect(await status(backend, first)).toBe(401)
  const second = await get()
  backend.revoke()
  expect(await status(backend, second)).toBe(401)
})

test('a step of the device’s clock does not change which tokens the API accepts', async () => {
  const { clock, backend, get } = setUp()
  const token = await get()
  clock.stepWall(24 * 60 * 60_000)
  expect(await status(backend, token)).toBe(200)
})

test('while the device sleeps, time passes for the server', async () => {
  const { clock, backend, get } = setUp()
  const token = await get()
  clock.sleep(60 * 60_000)
  expect(await status(backend, token)).toBe(401)
})

test.each([-3_600_000, 0, 3_600_000])(
  'a server whose clock is %i ms off mints tokens with the full lifetime',
  async (skewMs) => {
    const { clock, backend, session, get } = setUp({ skewMs, lifetimeMs: 600_000 })
    const token = await get()
    expect(token).toMatch(/^sandbox_[\w-]+\.[\w-]+\.unsigned$/)
    expect(await status(backend, token)).toBe(200)
    expect(session.getSnapshot()).toMatchObject({ expiresAt: clock.now() - 50 + 600_000 })
  },
)

test.each([
  [
    'an error page',
    () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }),
    'endpoint_not_json',
  ],
  [
    '429',
    () => new Response(null, { status: 429, headers: { 'Retry-After': '7' } }),
    'endpoint_rate_limited',
  ],
  ['a network failure', () => new TypeError('Failed to fetch'), 'endpoint_unreachable'],
  ['no answer', () => new Promise<never>(() => {}), 'endpoint_timeout'],
])('the backend can return %s', async (_, answer, code) => {
  const { clock, backend, session } = setUp()
  backend.answer(answer)
  const outcome = session.getToken().catch((error: unknown) => error)
  await clock.advance(10_100)
  expect(await outcome).toMatchObject({ code })
})

test('the backend can return the same token twice', async () => {
  const { backend, session, clock, get } = setUp()
  const token = await get()
  backend.answer({ token, expires_in: 900 })
  const outcome = session.getToken({ rejected: token }).catch((error: unknown) => error)
  await clock.advance(50)
  expect(await outcome).toMatchObject({ code: 'token_reused' })
})

test('after one given answer the backend mints tokens again', async () => {
  const { clock, backend, get } = setUp()
  backend.answer(new Response(null, { status: 503 }))
  await expect(get()).rejects.toMatchObject({ code: 'endpoint_failed' })
  await clock.advance(2000)
  await expect(get()).resolves.toBe('sandbox_token-1')
})

test('the backend does not answer an aborted request', async () => {
  const { backend } = setUp()
  const signal = AbortSignal.abort(new Error('changed my mind'))
  await expect(backend.fetch('https://api.sandbox.joinforage.app/', { signal })).rejects.toThrow(
    'changed my mind',
  )
})
