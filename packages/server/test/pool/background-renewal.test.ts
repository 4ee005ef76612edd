import { describe, expect, it } from 'vitest'

import { alice, createHandler } from '../endpoint/endpoint-fixture.ts'
import { codeOf } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import { revokePath, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from '../store/breakable-store.ts'
import { createTokenClients } from '../token-client/token-client-fixture.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** Creates a server whose token is due for its early renewal, and holds the renewal back until `answer` is called. */
async function renewalDue(fixture: ServerFixture): Promise<{ answer: () => void }> {
  const { forage, upstream, clock } = fixture
  await forage.pool('web').getToken()
  await clock.advance(6.6 * day)
  let answer = (): void => {}
  const answered = new Promise<void>((resolve) => (answer = resolve))
  upstream.answerNext(tokenPath, async () => {
    await answered
    return upstream.issue()
  })
  return { answer }
}

function progressOf(work: Promise<unknown>): { isDone: boolean } {
  const progress = { isDone: false }
  const finish = (): void => void (progress.isDone = true)
  work.then(finish, finish)
  return progress
}

describe("with `backgroundRenewal: 'await'`", () => {
  const options = { backgroundRenewal: 'await' } as const

  it.each<[string, (fixture: ServerFixture) => Promise<unknown>]>([
    ['mintSessionToken', ({ forage }) => forage.mintSessionToken({ merchantAccount })],
    ['fetch', ({ forage }) => forage.fetch('/api/payments/')],
    ['getToken', ({ forage }) => forage.pool('web').getToken()],
    ['the endpoint', (fixture) => createHandler({}, fixture).handle()],
  ])('%s answers only when the renewal that it began has ended', async (_, call) => {
    const fixture = createFixture(options)
    const { answer } = await renewalDue(fixture)
    const calling = call(fixture)
    const progress = progressOf(calling)
    while (fixture.upstream.count(tokenPath) < 2) await settle()
    for (let i = 0; i < 10; i++) await settle()
    expect(progress.isDone).toBe(false)
    answer()
    await calling
    expect(fixture.forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0, draining: 1 })
  })

  it('the session token is minted while the renewal runs, not after it', async () => {
    const fixture = createFixture(options)
    const { answer } = await renewalDue(fixture)
    const minting = fixture.forage.mintSessionToken({ merchantAccount })
    while (fixture.eventsOf('session-token-minted').length + fixture.upstream.requests.length < 3)
      await settle()
    for (let i = 0; i < 10; i++) await settle()
    // Two requests for authentication tokens, of which one hangs, and one for a session token.
    expect(fixture.upstream.requests).toHaveLength(3)
    answer()
    await minting
  })

  it('a renewal that fails reaches no caller', async () => {
    const fixture = createFixture(options)
    const token = await fixture.forage.pool('web').getToken()
    await fixture.clock.advance(6.6 * day)
    fixture.upstream.answerNext(tokenPath, new Response('', { status: 503 }))
    expect(await fixture.forage.pool('web').getToken()).toBe(token)
    expect(fixture.forage.pool('web').status()).toMatchObject({ state: 'degraded' })
  })

  it('a call answers only when the revocations that it began have ended', async () => {
    const { forage, upstream, clock } = createFixture(options)
    await forage.pool('web').rotate()
    await forage.pool('web').rotate()
    await clock.advance(20 * minute)
    await forage.mintSessionToken({ merchantAccount })
    expect(upstream.count(revokePath)).toBe(1)
    expect(forage.pool('web').status().draining).toBe(0)
  })

  it('a caller that leaves waits until the mint that it began has ended', async () => {
    const { forage, upstream } = createFixture(options)
    let answer = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (answer = () => resolve(upstream.issue()))))
    const caller = new AbortController()
    const { signal } = caller
    const minting = forage.mintSessionToken({ merchantAccount, signal })
    const reason = minting.catch((error: unknown) => error)
    const progress = progressOf(minting)
    while (upstream.count(tokenPath) === 0) await settle()
    caller.abort('the client left')
    for (let i = 0; i < 10; i++) await settle()
    expect(progress.isDone).toBe(false)
    answer()
    expect(await reason).toBe('the client left')
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready' })
  })

  it('after a request whose body cannot be sent twice, the token is replaced before the 401 is returned', async () => {
    const { forage, upstream, clock } = createFixture(options)
    await forage.pool('web').getToken()
    await clock.advance(minute)
    upstream.revokeAll()
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body: new Blob(['{}']).stream(),
      duplex: 'half',
    }
    expect((await forage.fetch('/api/payments/', init)).status).toBe(401)
    expect(upstream.count(tokenPath)).toBe(2)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready' })
  })

  it('no timer is pending after a call, also not after a private token of a store outage', async () => {
    const store = breakableStore()
    const { forage, clock } = createFixture({ ...options, store })
    store.state = 'refuses'
    await forage.mintSessionToken({ merchantAccount })
    expect(clock.pending()).toBe(0)
  })

  it('while the store hangs, a call with a usable token waits at most for one attempt', async () => {
    const store = breakableStore()
    const { forage, clock } = createFixture({ ...options, store })
    const token = await forage.pool('web').getToken()
    store.state = 'hangs'
    await clock.advance(31_000)
    const first = forage.pool('web').getToken()
    await settle()
    await clock.advance(500)
    expect(await first).toBe(token)
    // Within a second of a failed attempt, no call waits.
    expect(await forage.pool('web').getToken()).toBe(token)
  })

  it('createOAuthTokenClient answers only when the renewal has ended', async () => {
    const { client, upstream, clock } = createTokenClients({}, options)
    const token = await client.getToken()
    const { renewAt } = client.status() as { renewAt: number }
    await clock.advance(renewAt - clock.now() + 1)
    expect(await client.getToken()).toBe(token)
    expect(upstream.issued.length).toBeGreaterThan(1)
    expect(client.status()).toMatchObject({ state: 'ready' })
  })
})

describe('by default', () => {
  it('a call answers while the renewal continues, and close waits for it', async () => {
    const fixture = createFixture()
    const { answer } = await renewalDue(fixture)
    await createHandler({ authorize: () => alice }, fixture).handle()
    const progress = progressOf(fixture.forage.close())
    for (let i = 0; i < 10; i++) await settle()
    expect(progress.isDone).toBe(false)
    answer()
    await fixture.forage.close()
    expect(fixture.eventsOf('authentication-token-received')).toHaveLength(2)
  })
})

it.each([true, false, null, 'wait', () => {}])('`backgroundRenewal` cannot be %o', (backgroundRenewal) => {
  const create = (): unknown => createFixture({ backgroundRenewal: backgroundRenewal as never })
  expect(create).toThrow('Option "backgroundRenewal" must be "await"')
})

describe('with `waitUntil`', () => {
  it('a mint is given to the platform even if its caller leaves', async () => {
    const kept: Promise<unknown>[] = []
    const { forage, upstream } = createFixture({ waitUntil: (work) => void kept.push(work) })
    let answer = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (answer = () => resolve(upstream.issue()))))
    const caller = new AbortController()
    const left = codeOf(forage.pool('web').getToken({ signal: caller.signal }))
    while (upstream.count(tokenPath) === 0) await settle()
    caller.abort(new Error('the client left'))
    expect(await left).toContain('the client left')
    answer()
    await Promise.all(kept)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready' })
  })

  it('after a request whose body cannot be sent twice, the replacement is given to the platform', async () => {
    const kept: Promise<unknown>[] = []
    const { forage, upstream, clock } = createFixture({ waitUntil: (work) => void kept.push(work) })
    await forage.pool('web').getToken()
    await clock.advance(minute)
    upstream.revokeAll()
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body: new Blob(['{}']).stream(),
      duplex: 'half',
    }
    expect((await forage.fetch('/api/payments/', init)).status).toBe(401)
    await Promise.all(kept)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})
