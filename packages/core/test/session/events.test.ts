import { expect, test } from 'vitest'

import { createForageSession, type SessionEvent } from '../../src/index.ts'
import { createMerchantBackend, createVirtualClock, createVirtualTabs } from '../../src/testing/index.ts'
import { api, createRefusingApi, wait } from '../refusing-api.ts'

const fingerprint = expect.stringMatching(/^[0-9a-f]{8}$/)
const at = expect.any(Number)

test('a replayed request causes one event for each step, with no field besides that event’s own', async () => {
  const { session, events } = createRefusingApi()
  await session.fetch(`${api}/api/payments/?draft=1`, { method: 'post', body: '{}' })
  const named = { at, method: 'POST', url: `${api}/api/payments/` }
  expect(events).toEqual([
    { at, type: 'state', from: 'idle', to: 'fetching' },
    { at, type: 'token-requested', reason: 'first', attempt: 1 },
    { at, type: 'token-received', fingerprint, lifetimeMs: 900_000, via: 'endpoint' },
    { at, type: 'state', from: 'fetching', to: 'ready' },
    { ...named, type: 'request-rejected', code: 'expired_session_token' },
    { at, type: 'token-invalidated', fingerprint, by: 'rejected' },
    { at, type: 'state', from: 'ready', to: 'idle' },
    { at, type: 'state', from: 'idle', to: 'fetching' },
    { at, type: 'token-requested', reason: 'rejected', attempt: 1 },
    { at, type: 'token-received', fingerprint, lifetimeMs: 900_000, via: 'endpoint' },
    { at, type: 'state', from: 'fetching', to: 'ready' },
    { ...named, type: 'request-replayed', ok: true },
  ])
  expect(new Set(events.map(({ at: time }) => time))).toEqual(new Set([events[0]!.at]))
})

test('the event of a refused replay has the reason', async () => {
  const { session, events } = createRefusingApi({ replay: 'keyed' })
  await session.fetch(`${api}/api/payments/`, { method: 'POST', body: '{}' })
  const refused = events.find(({ type }) => type === 'replay-refused')
  expect(refused).toEqual({
    at,
    type: 'replay-refused',
    method: 'POST',
    url: `${api}/api/payments/`,
    why: 'policy',
  })
})

test('the event of a failure has its code, the status of the answer, and the time of the next try, or null if there is no next try', async () => {
  const clock = createVirtualClock()
  const answers = [503, 401]
  const { session, events } = createRefusingApi({
    platform: { clock },
    tokenSource: async () => new Response(null, { status: answers.shift()! }),
  })
  await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_failed' })
  const retryAt = clock.now() + 1000
  await clock.advance(1000)
  await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_rejected' })
  expect(events.filter(({ type }) => type === 'token-failed')).toEqual([
    { at, type: 'token-failed', code: 'endpoint_failed', status: 503, retryAt },
    { at, type: 'token-failed', code: 'endpoint_rejected', status: 401, retryAt: null },
  ])
  expect(events).toContainEqual({ at, type: 'token-requested', reason: 'first', attempt: 2 })
})

test('the event of a failure has no status if the endpoint did not answer', async () => {
  const { session, events } = createRefusingApi({
    tokenSource: () => Promise.reject(new TypeError('Failed to fetch')),
  })
  await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_unreachable' })
  session.prime('no token at all')
  const failures = events.filter((event) => event.type === 'token-failed')
  expect(failures.map(({ code, status }) => [code, status])).toEqual([
    ['endpoint_unreachable', undefined],
    ['token_malformed', undefined],
  ])
})

test('events report that a token came with the page, that its lifetime is short, and why it ended', async () => {
  const clock = createVirtualClock()
  const { session, events } = createRefusingApi({ platform: { clock }, renewWhen: 'never' })
  session.prime({ token: 'sandbox_from-the-page', expires_in: 20 })
  await expect(session.getToken()).resolves.toBe('sandbox_from-the-page')
  await clock.advance(20_000)
  await session.getToken()
  session.setCheckout('cart-2')
  await session.getToken()
  session.clear()
  await session.getToken()
  session.close()
  expect(events).toContainEqual({ at, type: 'token-received', fingerprint, lifetimeMs: 20_000, via: 'prime' })
  expect(events.filter(({ type }) => type === 'lifetime-too-short')).toEqual([
    { at, type: 'lifetime-too-short', lifetimeMs: 20_000, minValidityMs: 30_000 },
  ])
  const endings = events.flatMap((event) => (event.type === 'token-invalidated' ? [event.by] : []))
  expect(endings).toEqual(['expired', 'checkout', 'clear', 'close'])
})

test('the event of a clock step says by how much the clock was set', async () => {
  const clock = createVirtualClock()
  const { session, events } = createRefusingApi({ platform: { clock } })
  await session.getToken()
  clock.stepWall(-60_000)
  await session.getToken()
  expect(events).toContainEqual({ at, type: 'clock-stepped', byMs: -60_000 })
})

test('a token from another tab causes a tab-shared event', async () => {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const events: SessionEvent[] = []
  const [first, second] = createVirtualTabs(2, { clock }).map(({ lifecycle, openChannel }) =>
    createForageSession({
      tokenSource: backend.tokenSource,
      checkoutId: 'a',
      platform: { clock, lifecycle, openChannel },
    }),
  )
  second!.on((event) => events.push(event))
  void first!.getToken()
  await clock.advance(200)
  await Promise.all([second!.getToken(), wait(clock, 10), clock.advance(10)])
  expect(events.filter(({ type }) => type !== 'state')).toEqual([
    { at, type: 'token-received', fingerprint, lifetimeMs: 900_000, via: 'tab' },
    { at, type: 'tab-shared', fingerprint },
  ])
})

test('a listener receives events until it unsubscribes, once per subscription', async () => {
  const { session } = createRefusingApi()
  const received: string[] = []
  const listener = ({ type }: SessionEvent): void => void received.push(type)
  const [off, offAgain] = [session.on(listener), session.on(listener)]
  off()
  off()
  session.prime('sandbox_from-the-page')
  expect(received.filter((type) => type === 'token-received')).toHaveLength(1)
  offAgain()
  await session.renew()
  expect(received.filter((type) => type === 'token-received')).toHaveLength(1)
})

test('a sign-out is reported here and in the other tabs, also if no token is held', async () => {
  const clock = createVirtualClock()
  const { tokenSource } = createMerchantBackend(clock)
  const tabs = createVirtualTabs(2, { clock })
  const signOuts: number[] = []
  const sessions = tabs.map(({ lifecycle, openChannel, openPresence }, index) => {
    const platform = { clock, lifecycle, openChannel, openPresence }
    const session = createForageSession({
      tokenSource,
      environment: 'sandbox',
      checkoutId: 'cart-1',
      platform,
    })
    session.on((event) => {
      if (event.type === 'token-invalidated' && event.by === 'clear') signOuts.push(index)
    })
    return session
  })
  for (const session of sessions) void session.getToken().catch(() => {})
  await clock.advance(100)
  // Both tokens expire.
  await clock.advance(3_600_000)
  sessions[0]!.clear()
  await clock.advance(1)
  expect(signOuts).toEqual([0, 1])
  for (const session of sessions) session.close()
})
