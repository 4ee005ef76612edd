import { describe, expect, test } from 'vitest'

import { createForageSession, type ForageSession, type ForageSessionOptions } from '../../src/index.ts'
import { createMerchantBackend, createVirtualClock, createVirtualTabs } from '../../src/testing/index.ts'

const minutes = (count: number): number => count * 60_000
const payments = 'https://api.sandbox.joinforage.app/api/payments/'

function setUp(options: Partial<ForageSessionOptions> = {}) {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const { tokenSource, fetch } = backend
  const session = createForageSession({
    tokenSource,
    fetch,
    environment: 'sandbox',
    ...options,
    platform: { clock, random: () => 0, ...options.platform },
  })
  /** Gets the first token, then answers its renewal with `status`. */
  const failRenewal = async (status: number, headers: HeadersInit = {}): Promise<void> => {
    void session.getToken()
    await clock.advance(50)
    backend.answer(new Response(null, { status, headers }))
    await clock.advance(minutes(12))
    expect(session.getSnapshot().status).toBe('degraded')
  }
  return { clock, backend, session, failRenewal }
}

const requestsOfRetry = async (
  { clock, backend }: ReturnType<typeof setUp>,
  { retry }: ForageSession,
): Promise<number> => {
  const before = backend.requests.length
  retry()
  await clock.advance(50)
  return backend.requests.length - before
}

describe('a failed early renewal ends along with its token', () => {
  test('if a token expires after its renewal was rejected, the endpoint gets one more request before the session has failed', async () => {
    const setup = setUp()
    const { clock, backend, session, failRenewal } = setup
    await failRenewal(401)
    const shown = session.getSnapshot()
    expect(shown).toMatchObject({ retryAt: (shown as { expiresAt: number }).expiresAt })
    await clock.advance(minutes(3))
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
    backend.answer(new Response(null, { status: 401 }))
    session.getToken().catch(() => {})
    await clock.advance(50)
    expect(backend.requests).toHaveLength(3)
    expect(session.getSnapshot()).toMatchObject({
      status: 'failed',
      error: { code: 'endpoint_rejected' },
      retryAt: null,
    })
    await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_rejected' })
    expect(await requestsOfRetry(setup, session)).toBe(1)
    expect(session.getSnapshot().status).toBe('ready')
  })

  test('if a token expires within a Retry-After, the endpoint gets one more request, and the failure is emitted once', async () => {
    const { clock, backend, session, failRenewal } = setUp()
    const emitted: string[] = []
    session.on(({ type }) => emitted.push(type))
    await failRenewal(429, { 'Retry-After': '600' })
    await clock.advance(minutes(3))
    expect(session.getSnapshot().status).toBe('idle')
    expect(emitted.filter((type) => type === 'token-failed')).toHaveLength(1)
    backend.answer(new Response(null, { status: 429, headers: { 'Retry-After': '600' } }))
    session.getToken().catch(() => {})
    await clock.advance(50)
    expect(session.getSnapshot()).toMatchObject({ status: 'failed', retryAt: clock.now() + minutes(10) })
  })

  test('if the API rejects a token within the back-off of its renewal, a newer token is requested at once', async () => {
    const { clock, backend, session, failRenewal } = setUp()
    await failRenewal(503)
    backend.revoke()
    const paying = session.fetch(payments)
    await clock.advance(50)
    await expect(paying).resolves.toMatchObject({ status: 200 })
    expect(session.getSnapshot().status).toBe('ready')
  })

  test('if a token expires when the back-off is over, the session is idle', async () => {
    const { clock, session, failRenewal } = setUp()
    await failRenewal(503)
    clock.sleep(minutes(60))
    await clock.advance(2000)
    expect(session.getSnapshot().status).toBe('idle')
  })

  test('subscribers see one idle state when the token of a failed renewal ends', async () => {
    const { clock, session, failRenewal } = setUp()
    await failRenewal(401)
    const shown: string[] = []
    session.subscribe(() => shown.push(session.getSnapshot().status))
    await clock.advance(minutes(3))
    expect(shown).toEqual(['idle'])
  })
})

function setUpTabs() {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const sessions = createVirtualTabs(2, { clock }).map(({ openChannel, lifecycle }) =>
    createForageSession({
      tokenSource: backend.tokenSource,
      environment: 'sandbox',
      checkoutId: 'cart-1',
      platform: { clock, lifecycle, openChannel, random: () => 0 },
    }),
  )
  const [requesting, listening] = [sessions[0]!, sessions[1]!]
  return { clock, backend, requesting, listening }
}

test('a tab that receives another tab’s failure has failed as well', async () => {
  const { clock, backend, requesting, listening } = setUpTabs()
  void listening.getToken()
  await clock.advance(100)
  listening.clear()
  backend.answer(new Response(null, { status: 503, headers: { 'Retry-After': '60' } }))
  requesting.getToken().catch(() => {})
  await clock.advance(1200)
  const shown = listening.getSnapshot()
  expect(shown).toMatchObject({ status: 'failed', error: { code: 'endpoint_failed' } })
  await expect(listening.getToken()).rejects.toMatchObject({ code: 'endpoint_failed' })
  expect(listening.getSnapshot()).toBe(shown)
  expect(requesting.getSnapshot().status).toBe('failed')
  listening.retry()
  await clock.advance(200)
  expect(listening.getSnapshot().status).toBe('ready')
})

test('a temporary failure of another tab does not replace a final failure of this tab', async () => {
  const { clock, backend, requesting, listening } = setUpTabs()
  backend.answer(new Response(null, { status: 401 }))
  listening.getToken().catch(() => {})
  await clock.advance(200)
  backend.answer(new Response(null, { status: 503 }))
  requesting.getToken().catch(() => {})
  await clock.advance(10_000)
  const refused = listening.getToken()
  refused.catch(() => {})
  await clock.advance(200)
  expect(backend.requests).toHaveLength(2)
  await expect(refused).rejects.toMatchObject({ code: 'endpoint_rejected' })
  expect(listening.getSnapshot()).toMatchObject({ status: 'failed', retryAt: null })
})
