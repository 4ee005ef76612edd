import { RateLimiterMemory } from 'rate-limiter-flexible'
import { describe, expect, it } from 'vitest'

import type { ClientIp, RateLimiter, SessionTokenHandlerOptions } from '../../src/index.ts'
import { sessionTokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import {
  alice,
  createHandler,
  problem,
  shop,
  type PageRequest,
  type HandlerFixture,
} from './endpoint-fixture.ts'

const minute = 60_000
const byHeader: ClientIp = (request) => request.headers.get('x-real-ip')

async function statuses(count: number, send: () => Promise<Response>): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push((await send()).status)
  return all
}

/** Returns the number of requests, out of `count`, that pass. */
async function passing(count: number, send: () => Promise<Response>): Promise<number> {
  return (await statuses(count, send)).filter((status) => status !== 429).length
}

function from(address: string): PageRequest {
  return { headers: { 'x-real-ip': address } }
}

function tight(options: Partial<SessionTokenHandlerOptions> = {}): HandlerFixture {
  const rateLimit = { ip: { requests: 2, perMs: minute }, subject: false } as const
  return createHandler({ rateLimit, clientIp: byHeader, ...options })
}

describe('default limits', () => {
  it('by default, a subject may send 20 requests a minute', async () => {
    const { handle, clock, eventsOf } = createHandler()
    expect(await passing(20, handle)).toBe(20)
    await clock.advance(15_000)
    const refused = await handle()
    expect(refused.headers.get('retry-after')).toBe('45')
    expect(await problem(refused)).toEqual([429, 'rate_limited'])
    expect(eventsOf('rate-limited')).toMatchObject([{ by: 'subject' }])
    await clock.advance(45_000)
    expect((await handle()).status).toBe(200)
  })

  it('by default, an address may send 300 requests a minute, and refused requests count', async () => {
    const { handle } = createHandler({ clientIp: byHeader })
    const anyone = (): Promise<Response> => handle({ headers: { 'x-real-ip': '192.0.2.1', origin: 'null' } })
    expect(await passing(301, anyone)).toBe(300)
    expect((await handle(from('192.0.2.2'))).status).toBe(200)
  })

  it('by default, a merchant has no limit', async () => {
    let customers = 0
    const { handle } = createHandler({ authorize: () => ({ ...alice, subject: `customer ${customers++}` }) })
    expect(await passing(500, handle)).toBe(500)
  })

  it('a page of a listed origin can read Retry-After', async () => {
    const { handle } = createHandler({ rateLimit: { subject: { requests: 1, perMs: minute } } })
    await handle()
    const { status, headers } = await handle({ headers: { origin: shop } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([429, shop])
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After')
    expect(headers.get('cache-control')).toBe('no-store, private')
  })
})

describe('the limit per address', () => {
  it('the limit per address is off without `clientIp`, and one event reports it', async () => {
    const { handle, eventsOf } = createHandler({ rateLimit: { subject: false } })
    expect(await passing(301, handle)).toBe(301)
    expect(eventsOf('ip-limit-off')).toHaveLength(1)
  })

  it('no event reports a limit per address that the options turn off', async () => {
    for (const rateLimit of [false, { ip: false }] as const) {
      const { handle, eventsOf } = createHandler({ rateLimit })
      await handle()
      expect(eventsOf('ip-limit-off')).toEqual([])
    }
  })

  it('all requests with an unknown address share one limit', async () => {
    const addresses = [undefined, null, '', 'unknown', 'proxy.example']
    let next = 0
    const { handle } = tight({ clientIp: () => addresses[next++ % addresses.length] })
    expect(await passing(5, handle)).toBe(2)
  })

  it('all requests share one limit if `clientIp` throws, and an event gives the error', async () => {
    const { handle, eventsOf } = tight({
      clientIp: () => {
        throw new RangeError('10.0.0.1 is secret')
      },
    })
    expect(await passing(3, handle)).toBe(2)
    expect(eventsOf('client-ip-failed')[0]).toMatchObject({ why: 'threw', error: 'RangeError' })
  })

  it.each([
    ['nothing', undefined],
    ['nothing', null],
    ['nothing', ''],
    ['unreadable', 'unknown'],
    ['unreadable', '10.0.0.1, 10.0.0.2'],
    ['unreadable', 42],
  ])('an event reports that `clientIp` returned %s (%o)', async (why, address) => {
    const { handle, events, eventsOf } = tight({ clientIp: () => address as never })
    expect(await passing(3, handle)).toBe(2)
    expect(eventsOf('client-ip-failed')).toMatchObject([{ why }, { why }, { why }])
    expect(JSON.stringify(events)).not.toContain('10.0.0.1')
  })

  it('`clientIp` may be async, and its rejection is reported', async () => {
    const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.2']
    const { handle } = tight({ clientIp: async () => addresses.shift() })
    expect(await passing(3, handle)).toBe(3)
    const failing = tight({ clientIp: () => Promise.reject(new RangeError('10.0.0.1 is secret')) })
    expect(await passing(3, failing.handle)).toBe(2)
    expect(failing.eventsOf('client-ip-failed')[0]).toMatchObject({ why: 'threw', error: 'RangeError' })
  })

  it('all requests share one limit if `clientIp` does not answer within 500 ms', async () => {
    const { handle, clock, eventsOf } = tight({ clientIp: () => new Promise(() => {}) })
    const waiting = handle()
    while (clock.pending() === 0) await settle()
    await clock.advance(500)
    expect((await waiting).status).toBe(200)
    expect(eventsOf('client-ip-failed')).toMatchObject([{ why: 'timed-out', error: 'TimeoutError' }])
  })

  it('an IPv4 address has one limit, however a proxy writes it', async () => {
    const { handle } = tight()
    const ways = [
      '192.0.2.7',
      '::ffff:192.0.2.7',
      '[::ffff:c000:207]:443',
      '64:ff9b::c000:207',
      '192.0.2.7:80',
    ]
    expect(await passing(5, () => handle(from(ways.shift()!)))).toBe(2)
  })

  it('`clientIp` is not called if the limit per address is off', async () => {
    let calls = 0
    const clientIp = (): string => (calls++, '192.0.2.1')
    for (const rateLimit of [false, { ip: false }] as const)
      await createHandler({ rateLimit, clientIp }).handle()
    expect(calls).toBe(0)
  })

  it('IPv6 addresses in one /64 share a limit, and another /64 has its own', async () => {
    const { handle } = tight()
    let host = 0
    expect(await passing(5, () => handle(from(`2001:db8:1:2::${++host}`)))).toBe(2)
    expect(await passing(5, () => handle(from(`2001:db8:1:3::${++host}`)))).toBe(2)
  })

  it('the limit per address ignores X-Forwarded-For', async () => {
    const { handle } = tight()
    let spoofed = 0
    const send = (): Promise<Response> =>
      handle({ headers: { 'x-real-ip': '192.0.2.1', 'x-forwarded-for': `203.0.113.${++spoofed}` } })
    expect(await passing(5, send)).toBe(2)
  })

  it('the limit per address applies after the method check, and before the browser guard and `authorize`', async () => {
    let calls = 0
    const { handle } = tight({ authorize: () => (calls++, alice) })
    const evil = { ...from('192.0.2.1').headers, 'sec-fetch-site': 'cross-site' }
    expect(await statuses(3, () => handle({ headers: evil }))).toEqual([403, 403, 429])
    expect(await statuses(3, () => handle({ ...from('192.0.2.1'), method: 'GET' }))).toEqual([405, 405, 405])
    expect(calls).toBe(0)
  })
})

describe('the limits per subject and merchant', () => {
  it('the limit per subject counts each signed-in subject separately', async () => {
    let subject: string | undefined = 'alice'
    const authorize = (): typeof alice | null => (subject === undefined ? null : { ...alice, subject })
    const { handle } = createHandler({ authorize, rateLimit: { subject: { requests: 1, perMs: minute } } })
    expect(await statuses(2, handle)).toEqual([200, 429])
    subject = 'bob'
    expect(await statuses(2, handle)).toEqual([200, 429])
    subject = undefined
    expect(await statuses(2, handle)).toEqual([401, 401])
  })

  it('the limit per merchant counts the requests of all its customers', async () => {
    let customers = 0
    const { handle, eventsOf } = createHandler({
      authorize: () => ({ ...alice, subject: `customer ${customers++}` }),
      rateLimit: { merchant: { requests: 2, perMs: minute } },
    })
    expect(await statuses(3, handle)).toEqual([200, 200, 429])
    expect(eventsOf('rate-limited')).toMatchObject([{ by: 'merchant' }])
  })

  it('the limits count coalesced requests, and `reason: "rejected"` cannot mint past them', async () => {
    const { handle, upstream } = createHandler()
    const rejected = { body: '{"checkout_id":"cart-1","reason":"rejected"}' }
    expect(await passing(30, () => handle(rejected))).toBe(20)
    expect(upstream.count(sessionTokenPath)).toBe(20)
  })

  it('`rateLimit: false` turns all limits off', async () => {
    const { handle } = createHandler({ rateLimit: false, clientIp: byHeader })
    expect(await passing(301, () => handle(from('192.0.2.1')))).toBe(301)
  })
})

describe('a custom limiter', () => {
  it('a limiter of rate-limiter-flexible works as the option', async () => {
    const limiter = new RateLimiterMemory({ points: 2, duration: 60 })
    const { handle } = createHandler({ rateLimit: { subject: limiter } })
    expect(await statuses(3, handle)).toEqual([200, 200, 429])
    expect((await handle()).headers.get('retry-after')).toMatch(/^(59|60)$/)
  })

  it('a failing limiter lets requests through, and one event per outage reports it', async () => {
    const answers = [
      new Error('redis://user:secret@host'),
      new Error('again'),
      undefined,
      new TypeError('third'),
    ]
    const limiter: RateLimiter = {
      consume: async () => {
        const answer = answers.shift()
        if (answer) throw answer
      },
    }
    const { handle, eventsOf } = createHandler({ rateLimit: { subject: limiter } })
    expect(await statuses(4, handle)).toEqual([200, 200, 200, 200])
    expect(eventsOf('rate-limiter-failed').map(({ error }) => error)).toEqual(['Error', 'TypeError'])
  })

  it('a limiter that does not answer within 500 ms lets the request through', async () => {
    let onCall = (): void => {}
    const called = new Promise<void>((resolve) => (onCall = resolve))
    const limiter: RateLimiter = {
      consume: () => {
        onCall()
        return new Promise(() => {})
      },
    }
    const { handle, clock, eventsOf } = createHandler({ rateLimit: { subject: limiter } })
    const waiting = handle()
    await called
    await clock.advance(500)
    expect((await waiting).status).toBe(200)
    expect(eventsOf('rate-limiter-failed')).toMatchObject([{ by: 'subject', error: 'TimeoutError' }])
  })
})

describe('the options', () => {
  it.each([
    [{ rateLimit: true }, 'Option "rateLimit" must be false or { ip?, subject?, merchant? }, got true'],
    [{ rateLimit: { ip: 300 } }, '"rateLimit.ip" must be false, { requests, perMs } or a limiter, got 300'],
    [
      { rateLimit: { subject: { requests: 0, perMs: 1 } } },
      '"rateLimit.subject.requests" must be a whole number above 0, got 0',
    ],
    [
      { rateLimit: { merchant: { requests: 1 } } },
      '"rateLimit.merchant.perMs" must be a whole number above 0, got undefined',
    ],
    [{ rateLimit: { ip: { consume: 1 } } }, '"rateLimit.ip.consume" must be a function, got 1'],
    [
      { clientIp: 'x-forwarded-for' },
      'Option "clientIp" must be a function of the request, got "x-forwarded-for"',
    ],
    [{ origins: shop }, 'Option "origins" must be an array or a function, got "https://shop.example"'],
    [{ authorizeTimeoutMs: 0 }, 'Option "authorizeTimeoutMs" must be an integer from 1 to 60000, got 0'],
    [{ authorizeTimeoutMs: 60_001 }, '"authorizeTimeoutMs" must be an integer from 1 to 60000, got 60001'],
    [{ authorizeTimeoutMs: '5000' }, '"authorizeTimeoutMs" must be an integer from 1 to 60000, got "5000"'],
    [{ channel: 'app' }, 'Option "channel" must be "browser" or "native", got "app"'],
  ])('sessionTokenHandler throws for the options %o', (options, message) => {
    expect(() => createHandler(options as never)).toThrow(message)
  })
})
