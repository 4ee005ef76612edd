import { describe, expect, it } from 'vitest'

import { type Authorization, type Authorize } from '../../src/index.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { alice, createHandler, problem } from './endpoint-fixture.ts'

/** Creates an `authorize` that never settles, and collects its signals. */
function neverDecides(): { authorize: Authorize; signals: AbortSignal[] } {
  const signals: AbortSignal[] = []
  const authorize: Authorize = ({ signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { authorize, signals }
}

describe('authorize', () => {
  it('sessionTokenHandler throws without `authorize`', () => {
    expect(() => createFixture().forage.sessionTokenHandler({} as never)).toThrow('Option "authorize"')
  })

  it('the endpoint answers 401 if `authorize` returns null', async () => {
    const { handle } = createHandler({ authorize: () => null })
    expect(await problem(await handle())).toEqual([401, 'unauthorized'])
  })

  it('the endpoint answers 503 if `authorize` rejects', async () => {
    const { handle, eventsOf } = createHandler({
      authorize: () => Promise.reject(new RangeError('db: secret-dsn')),
    })
    const response = await handle()
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problem(response)).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'threw', error: 'RangeError' }])
  })

  it('the endpoint answers 503 and aborts `authorize` after 5 seconds', async () => {
    const { authorize, signals } = neverDecides()
    const { handle, clock } = createHandler({ authorize })
    const waiting = handle()
    while (signals.length === 0) await settle()
    const [signal] = signals as [AbortSignal]
    await clock.advance(4999)
    expect(signal.aborted).toBe(false)
    await clock.advance(1)
    expect(signal.aborted).toBe(true)
    expect(await problem(await waiting)).toEqual([503, 'upstream_unavailable'])
  })

  it('`authorizeTimeoutMs` sets another limit', async () => {
    const { authorize, signals } = neverDecides()
    const { handle, clock, eventsOf } = createHandler({ authorize, authorizeTimeoutMs: 500 })
    const waiting = handle()
    while (signals.length === 0) await settle()
    await clock.advance(500)
    expect(await problem(await waiting)).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'timed-out' }])
  })

  it('`authorize` is aborted if the client disconnects, and its rejection is no failure event', async () => {
    const client = new AbortController()
    const received: AbortSignal[] = []
    const authorize: Authorize = ({ signal }) => {
      received.push(signal)
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const { handle, events } = createHandler({ authorize })
    const waiting = handle({ signal: client.signal })
    while (received.length === 0) await settle()
    client.abort()
    expect((await waiting).status).toBe(503)
    expect(received[0]!.aborted).toBe(true)
    expect(events.filter(({ type }) => type === 'authorize-failed')).toEqual([])
  })

  it('`authorize` receives a request that can be cloned and has an empty body', async () => {
    let seen: unknown
    const authorize: Authorize = async (request) => {
      const clone = request.clone()
      seen = [
        request instanceof Request,
        clone.headers.get('cookie'),
        clone.url === request.url,
        request.bodyUsed,
        request.body,
        await clone.text(),
        await new Request(clone, { method: 'PUT' }).text(),
      ]
      return alice
    }
    const { handle } = createHandler({ authorize })
    await handle({ headers: { cookie: 'sid=1' } })
    expect(seen).toEqual([true, 'sid=1', true, false, null, '', ''])
  })

  it('the endpoint answers 503 if `authorize` throws synchronously', async () => {
    const { handle, eventsOf } = createHandler({
      authorize: () => {
        throw new SyntaxError('at once')
      },
    })
    expect(await problem(await handle())).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'threw', error: 'SyntaxError' }])
  })

  it('`authorize` may return a thenable of another library', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what this test passes
    const thenable = { then: (resolve: (value: Authorization) => void) => resolve(alice) }
    const { handle } = createHandler({ authorize: () => thenable as never })
    expect((await handle()).status).toBe(200)
  })

  it('no timer is pending after `authorize` returned', async () => {
    const { handle, clock } = createHandler({ authorize: async () => alice })
    await handle()
    expect(clock.pending()).toBe(0)
  })

  it.each([
    [{ subject: 'a', checkoutId: 'cart-1' }],
    [{ ...alice, merchantAccount: 'a\nb' }],
    [{ ...alice, pool: 'unknown' }],
    [undefined],
  ])('the endpoint answers 500 not_configured if `authorize` returns %o', async (answer) => {
    const { handle, eventsOf } = createHandler({ authorize: () => answer as never })
    expect(await problem(await handle())).toEqual([500, 'not_configured'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'invalid-result' }])
  })
})
