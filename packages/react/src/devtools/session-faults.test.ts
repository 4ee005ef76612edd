import { createForageSession, isForageSessionError, type ForageSession } from '@forage-session/core'
import {
  createMerchantBackend,
  createVirtualClock,
  expectNoTokenLeak,
  type MerchantBackend,
  type VirtualClock,
} from '@forage-session/core/testing'
import { expect, test, vi } from 'vitest'

import { inertFaults } from './inert-faults.ts'
import { createSessionFaults, type SessionFaults } from './session-faults.ts'

interface Setup {
  clock: VirtualClock
  backend: MerchantBackend
  faults: SessionFaults
  session: ForageSession
  /** Sends a request to the API and returns its response. */
  pay: () => Promise<Response>
}

function setup(): Setup {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock, { latencyMs: 0 })
  const faults = createSessionFaults({ clock })
  const session = createForageSession({
    environment: 'sandbox',
    tokenSource: faults.tokenSource(backend.tokenSource),
    fetch: faults.fetch(backend.fetch),
    platform: { clock, random: () => 0 },
  })
  return { clock, backend, faults, session, pay: () => afterTasks(clock, session.fetch(payments)) }
}

const payments = 'https://api.sandbox.joinforage.app/api/payments/'

async function afterTasks<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  await clock.advance(0)
  return await promise
}

test('without a fault the wrappers change nothing', async () => {
  const { backend, pay } = setup()
  expect((await pay()).status).toBe(200)
  expect((await pay()).status).toBe(200)
  expect(backend.requests).toHaveLength(1)
})

test('an expired token is refused, and the request is replayed with another token', async () => {
  const { backend, faults, pay } = setup()
  await pay()
  faults.expireNow()
  expect(faults.getSnapshot().expired).toBe(true)
  expect((await pay()).status).toBe(200)
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'rejected'])
  expect(faults.getSnapshot().expired).toBe(false)
  expect((await pay()).status).toBe(200)
  expect(backend.requests).toHaveLength(2)
})

test('a token that no request has used yet can be expired', async () => {
  const { backend, clock, faults, session, pay } = setup()
  await afterTasks(clock, session.getToken())
  faults.expireNow()
  expect((await pay()).status).toBe(200)
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'rejected'])
})

test('an expired token stays refused after the session has another token', async () => {
  const { clock, faults, session, backend } = setup()
  const fetch = faults.fetch(backend.fetch)
  const old = await afterTasks(clock, session.getToken())
  const withOld = (): Promise<Response> => fetch(payments, { headers: { Authorization: `Bearer ${old}` } })
  await withOld()
  faults.expireNow()
  await afterTasks(clock, session.renew())
  expect((await withOld()).status).toBe(401)
})

test('a rejection affects one request, which is replayed', async () => {
  const { faults, session, pay } = setup()
  await pay()
  const types: string[] = []
  session.on(({ type }) => types.push(type))
  faults.rejectNext()
  expect((await pay()).status).toBe(200)
  expect(types).toContain('request-rejected')
  expect(types).toContain('request-replayed')
  expect(faults.getSnapshot().rejections).toBe(0)
})

test('a request without a token is never rejected', async () => {
  const { faults } = setup()
  const send = vi.fn<() => Promise<Response>>(() => Promise.resolve(new Response()))
  faults.rejectNext()
  expect((await faults.fetch(send)('/own')).status).toBe(200)
  expect(faults.getSnapshot().rejections).toBe(1)
})

test('a failed renewal leaves the current token usable', async () => {
  const { clock, faults, session, pay } = setup()
  await pay()
  faults.failNext()
  const error: unknown = await afterTasks(clock, session.renew()).catch((thrown: unknown) => thrown)
  expect(isForageSessionError(error) && error.code).toBe('endpoint_failed')
  expect(session.getSnapshot().status).toBe('degraded')
  expect((await pay()).status).toBe(200)
})

test('a slow source delays one token request', async () => {
  const { clock, faults, session } = setup()
  faults.slowNext(5000)
  const token = session.getToken()
  await clock.advance(4900)
  expect(session.getSnapshot().status).toBe('fetching')
  await clock.advance(101)
  expect(await token).toMatch(/^sandbox_/)
  expect(faults.getSnapshot().slowMs).toBe(0)
})

test('a slow source ends at the deadline of its request', async () => {
  const { clock, faults, session } = setup()
  faults.slowNext(20_000)
  const ended = session.getToken().catch((thrown: unknown) => isForageSessionError(thrown) && thrown.code)
  await clock.advance(10_000)
  expect(await ended).toBe('endpoint_timeout')
  session.close()
  expect(clock.timers()).toBe(0)
})

test('reset cancels all pending faults', async () => {
  const { backend, faults, pay } = setup()
  await pay()
  faults.expireNow()
  faults.rejectNext()
  faults.failNext()
  faults.slowNext()
  faults.reset()
  expect(faults.getSnapshot()).toEqual({ expired: false, rejections: 0, failures: 0, slowMs: 0 })
  expect((await pay()).status).toBe(200)
  expect(backend.requests).toHaveLength(1)
})

test('the faults expose no token', async () => {
  const { clock, faults, session, pay } = setup()
  await pay()
  faults.expireNow()
  await pay()
  const token = await afterTasks(clock, session.getToken())
  expect(() => expectNoTokenLeak({ tokens: [token], faults, armed: faults.getSnapshot() })).not.toThrow()
})

test('outside development the wrappers return their arguments unchanged', () => {
  const faults = inertFaults()
  const { tokenSource, fetch } = createMerchantBackend(createVirtualClock())
  expect(faults.tokenSource(tokenSource)).toBe(tokenSource)
  expect(faults.fetch(fetch)).toBe(fetch)
  faults.expireNow()
  faults.rejectNext()
  faults.failNext()
  faults.slowNext()
  expect(faults.getSnapshot()).toEqual({ expired: false, rejections: 0, failures: 0, slowMs: 0 })
})
