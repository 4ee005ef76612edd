import { expect, it } from 'vitest'

import { createVirtualClock, settle } from '../../test/fixtures/virtual-clock.ts'
import type { ForageServerEvent } from '../shared/events.ts'
import { authorizeRequest, type Authorize } from './authorize.ts'
import type { TokenRequestBody } from './token-request.ts'

const good = { subject: 'customer-1', checkoutId: 'cart-1', merchantAccount: 'mid/1' }

interface Run {
  answer: ReturnType<typeof authorizeRequest>
  clock: ReturnType<typeof createVirtualClock>
  events: unknown[]
}

function run(authorize: unknown, checkoutId?: string, signal?: AbortSignal): Run {
  const clock = createVirtualClock()
  const events: unknown[] = []
  const context = {
    authorize: authorize as Authorize,
    authorizeTimeoutMs: 2000,
    hasPool: (name: string) => name === 'web',
    emitter: { emit: (event: unknown) => void events.push(event) } as never,
    clock,
  }
  const request = new Request('https://shop.example/token', { method: 'POST', signal: signal ?? null })
  const body: TokenRequestBody = { checkoutId, reason: 'first' }
  return { answer: authorizeRequest(context, request, body), clock, events }
}

it.each([
  ['a value', () => good],
  ['a promise', async () => good],
  // oxlint-disable-next-line unicorn/no-thenable
  ['a promise of another library', () => ({ then: (resolve: (value: unknown) => void) => resolve(good) })],
])('`authorize` may return %s', async (_, authorize) => {
  expect(await run(authorize).answer).toEqual(good)
})

it('`authorize` gets the request without its body, and the content of the body as its second argument', async () => {
  const received: unknown[] = []
  await run((request: Request, body: unknown) => (received.push(request.method, body), good), 'cart-1').answer
  expect(received).toEqual(['POST', { checkoutId: 'cart-1', reason: 'first' }])
})

it('`authorize` may name an existing pool', async () => {
  expect(await run(() => ({ ...good, pool: 'web' })).answer).toEqual({ ...good, pool: 'web' })
})

it('unknown properties in the result of `authorize` are dropped', async () => {
  expect(await run(() => ({ ...good, secret: 1 })).answer).toEqual(good)
})

it('null from `authorize` means that the customer is signed out', async () => {
  expect(await run(() => null).answer).toMatchObject({ code: 'unauthorized' })
  expect(await run(async () => null).answer).toMatchObject({ code: 'unauthorized' })
})

it('a request for another checkout than the one from `authorize` is forbidden', async () => {
  expect(await run(() => good, 'cart-1').answer).toEqual(good)
  expect(await run(() => good, 'cart-2').answer).toMatchObject({ code: 'forbidden' })
})

it.each([
  undefined,
  true,
  'customer-1',
  { ...good, subject: '' },
  { ...good, checkoutId: '' },
  { ...good, merchantAccount: '' },
  { ...good, merchantAccount: 'mid/1 ' },
  { ...good, merchantAccount: ' mid/1' },
  { ...good, pool: '' },
  { ...good, pool: 'unknown' },
  { subject: 'customer-1' },
])('`authorize` must not return %j', async (answer) => {
  const { answer: checked, events } = run(() => answer)
  expect(await checked).toMatchObject({
    code: 'not_configured',
    detail: expect.stringContaining('authorize'),
  })
  expect(events).toEqual([{ type: 'authorize-failed', why: 'invalid-result' }])
})

it.each([
  [{ ...good, subject: 17 }, '`subject` has to be a text that is not empty'],
  [{ ...good, checkoutId: undefined }, '`checkoutId` has to be a text that is not empty'],
  [{ ...good, merchantAccount: 'mid/1 ' }, '`merchantAccount` has to be a text without spaces'],
  [{ ...good, pool: 'unknown' }, '`pool` has to be the name of a pool'],
])('the answer says which member of %j is wrong', async (answer, sentence) => {
  const { detail } = (await run(() => answer).answer) as { detail: string }
  expect(detail).toContain(sentence)
  expect(detail).not.toContain('17')
})

it.each([
  ['an error', new RangeError('secret'), 'RangeError'],
  ['a string', 'secret', 'string'],
])(
  'if `authorize` throws %s, the fault is the server’s, and the event has only its kind',
  async (_, thrown, error) => {
    const { answer, events } = run(() => Promise.reject(thrown))
    expect(await answer).toMatchObject({ code: 'upstream_unavailable', retryAfterSeconds: 1 })
    expect(events).toEqual([{ type: 'authorize-failed', why: 'threw', error }])
  },
)

it('after 2 s the signal of `authorize` aborts, and the fault is the server’s', async () => {
  let signal: AbortSignal | undefined
  const { answer, clock, events } = run((request: Request) => {
    ;({ signal } = request)
    return new Promise(() => {})
  })
  await clock.advance(1999)
  expect(signal?.aborted).toBe(false)
  await clock.advance(1)
  expect(await answer).toMatchObject({ code: 'upstream_unavailable', retryAfterSeconds: 1 })
  expect(signal?.aborted).toBe(true)
  expect(events).toEqual([{ type: 'authorize-failed', why: 'timed-out', error: 'TimeoutError' }])
})

it('a failure of `authorize` after the client disconnected emits no event', async () => {
  const controller = new AbortController()
  const { answer, events } = run(
    () => (controller.abort(), Promise.reject(new Error('why'))),
    undefined,
    controller.signal,
  )
  expect(await answer).toMatchObject({ code: 'upstream_unavailable', detail: 'The client disconnected' })
  expect(events).toEqual([] satisfies ForageServerEvent[])
})

it('`authorize` leaves no timer behind', async () => {
  const { answer, clock } = run(async () => good)
  await answer
  await settle()
  expect(clock.pending()).toBe(0)
})
