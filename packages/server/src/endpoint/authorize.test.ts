import { describe, expect, it } from 'vitest'

import { createVirtualClock, settle } from '../../test/fixtures/virtual-clock.ts'
import type { ForageServerEvent } from '../shared/events.ts'
import { authorizeRequest, type Authorize } from './authorize.ts'
import type { TokenRequestBody } from './token-request.ts'

const good = { subject: 'customer-1', checkoutId: 'cart-1', merchantAccount: 'mid/1' }

interface Asked {
  answer: ReturnType<typeof authorizeRequest>
  clock: ReturnType<typeof createVirtualClock>
  events: unknown[]
}

function ask(authorize: unknown, checkoutId?: string, signal?: AbortSignal): Asked {
  const clock = createVirtualClock()
  const events: unknown[] = []
  const context = {
    authorize: authorize as Authorize,
    hasPool: (name: string) => name === 'web',
    emitter: { emit: (event: unknown) => void events.push(event) } as never,
    clock,
  }
  const request = new Request('https://shop.example/token', { method: 'POST', signal: signal ?? null })
  const body: TokenRequestBody = { checkoutId, reason: 'first' }
  return { answer: authorizeRequest(context, request, body), clock, events }
}

describe('whom a token is for', () => {
  it.each([
    ['at once', () => good],
    ['later', async () => good],
    // oxlint-disable-next-line unicorn/no-thenable
    ['by another library’s promise', () => ({ then: (resolve: (value: unknown) => void) => resolve(good) })],
  ])('may be said %s', async (_, authorize) => {
    expect(await ask(authorize).answer).toEqual(good)
  })

  it('has what was in the body at hand, and the request without it', async () => {
    const heard: unknown[] = []
    await ask((request: Request, body: unknown) => (heard.push(request.method, body), good), 'cart-1').answer
    expect(heard).toEqual(['POST', { checkoutId: 'cart-1', reason: 'first' }])
  })

  it('may name a pool that is there', async () => {
    expect(await ask(() => ({ ...good, pool: 'web' })).answer).toEqual({ ...good, pool: 'web' })
  })

  it('has nothing in it that is not ours', async () => {
    expect(await ask(() => ({ ...good, secret: 1 })).answer).toEqual(good)
  })

  it('is nobody: the customer is signed out', async () => {
    expect(await ask(() => null).answer).toMatchObject({ code: 'unauthorized' })
    expect(await ask(async () => null).answer).toMatchObject({ code: 'unauthorized' })
  })

  it('is not who asks for another checkout', async () => {
    expect(await ask(() => good, 'cart-1').answer).toEqual(good)
    expect(await ask(() => good, 'cart-2').answer).toMatchObject({ code: 'forbidden' })
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
  ])('cannot be %j', async (answer) => {
    const { answer: judged, events } = ask(() => answer)
    expect(await judged).toMatchObject({
      code: 'not_configured',
      detail: expect.stringContaining('authorize'),
    })
    expect(events).toEqual([{ type: 'authorize-failed', why: 'invalid-result' }])
  })
})

describe('a failure of it is ours', () => {
  it.each([
    ['an error', new RangeError('secret'), 'RangeError'],
    ['a text', 'secret', 'string'],
  ])('after %s, of which only the kind is told', async (_, thrown, error) => {
    const { answer, events } = ask(() => Promise.reject(thrown))
    expect(await answer).toMatchObject({ code: 'upstream_unavailable', retryAfterSeconds: 1 })
    expect(events).toEqual([{ type: 'authorize-failed', why: 'threw', error }])
  })

  it('after 2 s, when its signal aborts', async () => {
    let signal: AbortSignal | undefined
    const { answer, clock, events } = ask((request: Request) => {
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

  it('and nobody’s when the client is gone', async () => {
    const controller = new AbortController()
    const { answer, events } = ask(
      () => (controller.abort(), Promise.reject(new Error('why'))),
      undefined,
      controller.signal,
    )
    expect(await answer).toMatchObject({ code: 'upstream_unavailable', detail: 'The client disconnected' })
    expect(events).toEqual([] satisfies ForageServerEvent[])
  })

  it('and leaves no timer', async () => {
    const { answer, clock } = ask(async () => good)
    await answer
    await settle()
    expect(clock.pending()).toBe(0)
  })
})
