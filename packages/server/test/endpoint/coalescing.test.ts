import { describe, expect, it } from 'vitest'

import { type Authorization } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { createUpstream, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'
import { alice, createHandler } from './endpoint-fixture.ts'

describe('concurrent requests of one checkout', () => {
  it('two concurrent requests of one checkout cost one mint', async () => {
    const { handle, upstream } = createHandler()
    const [one, other] = await Promise.all([handle(), handle()])
    expect(await one.json()).toEqual(await other.json())
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  it('with `waitUntil`, a request does not wait for another request that the platform ended', async () => {
    const fixture = createFixture({ waitUntil: () => {} })
    await fixture.forage.pool('web').getToken()
    const { handle, upstream } = createHandler({}, fixture)
    upstream.answerNext(sessionTokenPath, () => new Promise(() => {}))
    const ended = handle()
    while (upstream.count(sessionTokenPath) === 0) await settle()
    expect((await Promise.race([ended, handle()])).status).toBe(200)
    expect(upstream.count(sessionTokenPath)).toBe(2)
  })
})

describe('repeated requests', () => {
  it('concurrent requests, and requests within 10 seconds, get the same token', async () => {
    const { handle, upstream, clock } = createHandler()
    const [first, second] = await Promise.all([handle(), handle()])
    await clock.advance(9_999)
    const third = (await (await handle()).json()) as { token: string; expires_in: number }
    expect(await first.json()).toEqual(await second.json())
    expect(third).toEqual({ token: upstream.issued[1], expires_in: 890 })
    await clock.advance(1)
    await handle()
    expect(upstream.count(sessionTokenPath)).toBe(2)
  })

  it('a request with `reason: "rejected"` gets a new token', async () => {
    const { handle, upstream } = createHandler()
    await handle()
    const response = await handle({ body: '{"checkout_id":"cart-1","reason":"rejected"}' })
    expect(await response.json()).toMatchObject({ token: upstream.issued[2] })
  })

  it('another subject, checkout or merchant gets its own token', async () => {
    const people: Authorization[] = [
      alice,
      { ...alice, subject: 'bob' },
      { ...alice, checkoutId: 'cart-2' },
      { ...alice, merchantAccount: 'mid/other' },
    ]
    let next = 0
    const { handle, upstream } = createHandler({ authorize: () => people[next++]! })
    for (const _ of people) await handle({ body: '{}' })
    expect(upstream.count(sessionTokenPath)).toBe(4)
  })

  it('after the authentication token was invalidated, a repeated request gets a live token', async () => {
    const fixture = createFixture()
    const { handle, upstream, clock, forage } = createHandler({}, fixture)
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    await handle()
    upstream.revokeAll()
    await forage.mintSessionToken({ merchantAccount })
    expect(await (await handle()).json()).toMatchObject({ token: upstream.issued.at(-1) })
    expect(upstream.count(sessionTokenPath)).toBe(4)
  })

  it('a shared mint continues for the other requests if one client disconnects', async () => {
    const { handle, upstream } = createHandler()
    let answer = (): void => {}
    upstream.answerNext(
      sessionTokenPath,
      () => new Promise((resolve) => (answer = () => resolve(Response.json({ token: 'sandbox_shared' })))),
    )
    const client = new AbortController()
    const [left, stayed] = [handle({ signal: client.signal }), handle()]
    while (upstream.count(sessionTokenPath) === 0) await settle()
    client.abort()
    answer()
    expect(await (await stayed).json()).toMatchObject({ token: 'sandbox_shared' })
    await left
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  it('after another instance replaced the authentication token, a repeated request gets a live token', async () => {
    const store = separateStore()
    const upstream = createUpstream()
    const clock = createVirtualClock()
    const [here, there] = [
      createFixture({ store }, upstream, clock),
      createFixture({ store }, upstream, clock),
    ]
    const { handle } = createHandler({}, here)
    await here.forage.pool('web').getToken()
    // The token in memory is read from the store again in 5 s; the answer of this request is kept for 10 s.
    await clock.advance(25_000)
    await handle()
    upstream.revokeAll()
    await there.forage.mintSessionToken({ merchantAccount })
    await clock.advance(5_000)
    await here.forage.pool('web').getToken()
    expect(await (await handle()).json()).toMatchObject({ token: upstream.issued.at(-1) })
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('a request after a failure tries to mint again', async () => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(sessionTokenPath, new Response('', { status: 502 }))
    expect((await handle()).status).toBe(503)
    expect((await handle()).status).toBe(200)
  })
})
