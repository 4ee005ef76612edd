import { describe, expect, it } from 'vitest'

import { fingerprint, memoryStore, type ServerClock, type TokenStore } from '../../src/index.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  createUpstream,
  oauthError,
  revokePath,
  sessionTokenPath,
  tokenPath,
  type UpstreamStub,
} from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle, turn } from '../fixtures/virtual-clock.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

interface BreakableStore extends TokenStore {
  state: 'up' | 'refuses' | 'hangs'
  operations: number
}

/** Creates a store that a test can take down. When it returns, it still has its values. */
function breakableStore(): BreakableStore {
  const store = memoryStore({ singleInstance: true })
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    breakable.operations++
    if (breakable.state === 'refuses') throw new Error('connect ECONNREFUSED redis://user:password@host')
    return breakable.state === 'hangs' ? new Promise<T>(() => {}) : work()
  }
  const breakable: BreakableStore = {
    state: 'up',
    operations: 0,
    capabilities: store.capabilities,
    get: (key) => during(() => store.get(key)),
    cas: (...args) => during(() => store.cas(...args)),
  }
  return breakable
}

/** Returns the tokens of the revocation requests, in order. */
function revocations({ requests }: UpstreamStub): (string | null)[] {
  const calls = requests.filter(({ path }) => path === revokePath)
  return calls.map(({ body }) => new URLSearchParams(body).get('token'))
}

describe('a running instance during a store outage', () => {
  it('during a store outage, a running instance serves its token until the mandatory point, and is ready and degraded', async () => {
    const store = breakableStore()
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const token = await forage.pool('web').getToken()
    store.state = 'refuses'
    for (let i = 0; i < 13; i++) {
      await clock.advance(day / 2)
      expect(await forage.pool('web').getToken()).toBe(token)
      await settle()
    }
    expect(forage.health()).toMatchObject({
      ready: true,
      degraded: ['Pool "web": the token store does not answer'],
      pools: [{ state: 'ready' }],
    })
    expect(upstream.count(tokenPath)).toBe(1)
    expect(eventsOf('store-unavailable')).toHaveLength(1)
  })

  it('while the store hangs, no caller waits for it, and it is tried once a second', async () => {
    const store = breakableStore()
    const { forage, clock } = createFixture({ store })
    await forage.pool('web').getToken()
    store.state = 'hangs'
    await clock.advance(31 * second)
    const first = forage.pool('web').getToken()
    await settle()
    await clock.advance(500)
    await first
    store.operations = 0
    for (let i = 0; i < 100; i++) {
      // Resolves before any time passes.
      await forage.pool('web').getToken()
      await clock.advance(100)
    }
    expect(store.operations).toBeLessThan(12)
    store.state = 'up'
    await clock.advance(1500)
    await forage.pool('web').getToken()
    await settle()
    expect(forage.health().degraded).toEqual([])
    expect(clock.pending()).toBe(0)
  })

  it('during a store outage, a running instance mints a private token at the mandatory point', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    const token = await forage.pool('web').getToken()
    store.state = 'refuses'
    await clock.advance(7 * day - 16 * minute)
    const own = await forage.pool('web').getToken()
    expect(own).not.toBe(token)
    expect(await forage.pool('web').getToken()).toBe(own)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('during a store outage, a running instance replaces a refused token with a private one', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    await forage.mintSessionToken({ merchantAccount })
    store.state = 'refuses'
    await clock.advance(minute)
    upstream.revokeAll()
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

describe('a cold instance during a store outage', () => {
  it('during a store outage, a cold instance mints one private token with a lifetime of one day', async () => {
    for (const state of ['refuses', 'hangs'] as const) {
      const store = breakableStore()
      store.state = state
      const { forage, upstream, clock } = createFixture({ store })
      const waiting = Promise.all(
        Array.from({ length: 100 }, () => forage.mintSessionToken({ merchantAccount })),
      )
      while (store.operations === 0) await settle()
      await clock.advance(500)
      await waiting
      for (let i = 0; i < 20; i++) {
        await clock.advance(minute)
        await forage.mintSessionToken({ merchantAccount })
      }
      expect(upstream.count(tokenPath)).toBe(1)
      const [request] = upstream.requests
      expect(new URLSearchParams(request!.body).get('expiration_time')).toBe('86400')
      expect(forage.health()).toMatchObject({ ready: true, pools: [{ state: 'degraded' }] })
      expect(forage.health().degraded).toEqual(['Pool "web": the token store does not answer'])
    }
  })

  it('during a store outage, a cold instance mints one private token for each pool', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream } = createFixture({ store, pools: { web: {}, ios: {} } })
    for (let i = 0; i < 3; i++) for (const pool of ['web', 'ios']) await forage.pool(pool).getToken()
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('when the store returns, the private token becomes the shared token', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    store.state = 'up'
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    const { forage: sibling } = createFixture({ store }, upstream, clock)
    expect(await sibling.pool('web').getToken()).toBe(own)
    expect(eventsOf('authentication-token-adopted')).toMatchObject([
      { fingerprint: fingerprint(own), isCurrent: true },
    ])
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('when the store returns, an instance without callers stores its private token, so that others can revoke it', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    await clock.advance(minute)
    expect(eventsOf('authentication-token-adopted')).toEqual([])
    store.state = 'up'
    await clock.advance(10 * second)
    expect(eventsOf('authentication-token-adopted')).toMatchObject([{ isCurrent: true }])
    expect(clock.pending()).toBe(0)
    const sibling = createFixture({ store }, upstream, clock)
    const report = await sibling.forage.pool('web').compromise({ reason: 'leaked' })
    expect(report.tokens).toMatchObject([{ fingerprint: fingerprint(own), revoked: true }])
  })

  it('an instance that closes stores its private token if the store answers', async () => {
    for (const state of ['up', 'refuses'] as const) {
      const store = breakableStore()
      store.state = 'refuses'
      const { forage, upstream, clock } = createFixture({ store })
      const own = await forage.pool('web').getToken()
      store.state = state
      await forage.close()
      expect(clock.pending()).toBe(0)
      expect(upstream.count(revokePath)).toBe(0)
      store.state = 'up'
      const sibling = createFixture({ store }, upstream, clock)
      const isLeft = (await sibling.forage.pool('web').getToken()) === own
      expect({ state, isLeft }).toEqual({ state, isLeft: state === 'up' })
    }
  })

  it('when the store returns with another token, the private token drains', async () => {
    const store = breakableStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const running = createFixture({ store }, upstream, clock)
    const shared = await running.forage.pool('web').getToken()
    store.state = 'refuses'
    const cold = createFixture({ store }, upstream, clock)
    const own = await cold.forage.pool('web').getToken()
    expect(own).not.toBe(shared)
    store.state = 'up'
    await clock.advance(2 * second)
    await cold.forage.pool('web').getToken()
    await settle()
    expect(await cold.forage.pool('web').getToken()).toBe(shared)
    expect(cold.eventsOf('authentication-token-adopted')).toMatchObject([{ isCurrent: false }])
    expect(upstream.count(revokePath)).toBe(0)
    await clock.advance(17 * minute)
    await running.forage.pool('web').getToken()
    await settle()
    const [request] = upstream.requests.filter(({ path }) => path === revokePath)
    expect(new URLSearchParams(request!.body).get('token')).toBe(own)
  })

  it('a failed private mint rejects all callers with the same error until the back-off ends', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    for (let i = 0; i < 5; i++) {
      await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'credentials_rejected' })
    }
    expect(upstream.count(tokenPath)).toBe(1)
    await clock.advance(minute)
    await expect(forage.pool('web').getToken()).resolves.toBeDefined()
  })

  it('during a store outage, a failed private mint makes an instance not ready until its retry time', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    upstream.answerNext(tokenPath, oauthError(503, 'unavailable'))
    await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(forage.health()).toMatchObject({
      ready: false,
      degraded: ['Pool "web": the token store does not answer'],
      pools: [{ state: 'failed', code: 'unavailable', retryAt: clock.now() + 3 * second }],
    })
    await clock.advance(3 * second)
    // A load balancer sends no request to an instance that is not ready, so it would never try again.
    expect(forage.health().ready).toBe(true)
    await forage.pool('web').getToken()
    expect(forage.health()).toMatchObject({ ready: true, pools: [{ state: 'degraded' }] })
  })

  it('an instance does not mint a second private token when the API refuses the first', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    upstream.revokeAll()
    for (let i = 0; i < 5; i++) {
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({
        code: 'upstream_unavailable',
      })
    }
    expect(upstream.count(tokenPath)).toBe(1)
    expect(upstream.count(sessionTokenPath)).toBe(2)
  })
})

describe('a leaked private token', () => {
  const leaked = { reason: 'a log had it' }

  it('once the store is back, compromise revokes the private token', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    store.state = 'up'
    const report = await forage.pool('web').compromise(leaked)
    expect(report.tokens).toEqual([{ fingerprint: fingerprint(own), revoked: true, verified: 'dead' }])
    expect(fingerprint(await forage.pool('web').getToken())).toBe(report.replacement)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0 })
  })

  it('during a store outage, compromise revokes the private token and rejects with store_unavailable', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    await expect(forage.pool('web').compromise(leaked)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(revocations(upstream)).toEqual([own])
    expect(eventsOf('authentication-token-revoked')).toMatchObject([{ why: 'compromised' }])
    expect(await forage.pool('web').getToken()).not.toBe(own)
    store.state = 'up'
    await clock.advance(10 * second)
    expect(eventsOf('authentication-token-adopted')).toHaveLength(1)
  })

  it('a private token that compromise could not revoke is not used again, and is revoked when the store returns', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    upstream.answerNext(revokePath, new Response('', { status: 503 }))
    await expect(forage.pool('web').compromise(leaked)).rejects.toBeDefined()
    expect(await forage.pool('web').getToken()).not.toBe(own)
    store.state = 'up'
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(revocations(upstream)).toEqual([own, own])
  })

  it('a private token is revoked when the store returns after another instance compromised the pool', async () => {
    const store = breakableStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [cold, other] = [
      createFixture({ store }, upstream, clock),
      createFixture({ store }, upstream, clock),
    ]
    store.state = 'refuses'
    const own = await cold.forage.pool('web').getToken()
    store.state = 'up'
    const { replacement } = await other.forage.pool('web').compromise(leaked)
    await clock.advance(2 * second)
    // The call is served from memory, and the private token is stored in the background.
    await cold.forage.pool('web').getToken()
    await settle()
    expect(revocations(upstream)).toEqual([own])
    expect(fingerprint(await cold.forage.pool('web').getToken())).toBe(replacement)
  })
})

describe('the replacement after a compromise', () => {
  it('the replacement of a compromised token survives a store outage during its mint', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    upstream.answerNext(tokenPath, async () => {
      store.state = 'refuses'
      return upstream.issue()
    })
    await expect(forage.pool('web').compromise({ reason: 'leaked' })).rejects.toBeDefined()
    store.state = 'up'
    await clock.advance(10 * second)
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[1])
  })
})

describe('several private tokens', () => {
  it('compromise revokes an earlier private token as well as its replacement', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const clock = createVirtualClock(turn)
    const { forage, upstream } = createFixture({ store }, createUpstream({ expiresIn: 86_400 }), clock)
    await forage.pool('web').getToken()
    await clock.advance(day - 16 * minute)
    await forage.pool('web').getToken()
    store.state = 'up'
    const report = await forage.pool('web').compromise({ reason: 'leaked' })
    expect(report.tokens.map((token) => token.fingerprint).toSorted()).toEqual(
      upstream.issued.slice(0, 2).map(fingerprint).toSorted(),
    )
  })
})

describe('with `waitUntil` during a store outage', () => {
  it('with `waitUntil`, a cold instance makes one private token request, whether it succeeds or fails', async () => {
    for (const answer of [undefined, oauthError(500, 'server_error')]) {
      const store = breakableStore()
      store.state = 'refuses'
      const { forage, upstream, clock } = createFixture({ store, waitUntil: () => {} })
      let reply = (): void => {}
      upstream.answerNext(
        tokenPath,
        () => new Promise((resolve) => (reply = () => resolve(answer ?? upstream.issue()))),
      )
      const calls = Promise.allSettled(Array.from({ length: 50 }, () => forage.pool('web').getToken()))
      while (upstream.count(tokenPath) === 0) await settle()
      await clock.advance(2 * second)
      reply()
      await settle()
      await clock.advance(second)
      const outcomes = (await calls).map(({ status }) => status)
      expect(new Set(outcomes)).toEqual(new Set([answer ? 'rejected' : 'fulfilled']))
      expect(upstream.count(tokenPath)).toBe(1)
    }
  })

  it('with `waitUntil`, the next caller mints if the platform ended the request that was minting', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const clock = createVirtualClock()
    let isFirst = true
    const ending: ServerClock = {
      ...clock,
      // Timers and promises of an ended context never run.
      setTimeout: (run, ms) => clock.setTimeout(isFirst && ms === 10_000 ? () => {} : run, ms),
    }
    const options = { store, waitUntil: () => {}, clock: ending }
    const { forage, upstream } = createFixture(options, createUpstream(), clock)
    upstream.answerNext(tokenPath, () => new Promise(() => {}))
    const first = forage.pool('web').getToken()
    first.catch(() => {})
    while (upstream.count(tokenPath) === 0) await settle()
    isFirst = false
    const others = Promise.all(Array.from({ length: 20 }, () => forage.pool('web').getToken()))
    await clock.advance(15 * second)
    expect(new Set(await others).size).toBe(1)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

describe('a store that goes down during a mint', () => {
  it('a token that was minted when the store went down is kept and stored later', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    upstream.answerNext(tokenPath, async () => {
      store.state = 'refuses'
      return upstream.issue()
    })
    const token = await forage.pool('web').getToken()
    expect(token).toBe(upstream.issued[0])
    store.state = 'up'
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(forage.pool('web').status()).toMatchObject({
      state: 'ready',
      fingerprint: fingerprint(token),
      unknown: 0,
    })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a commit whose answer is lost stores the token once', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({
      store: {
        ...store,
        // The commit arrives at the store, but its answer is lost.
        cas: async (...args) => {
          const result = await store.cas(...args)
          return upstream.count(tokenPath) === 1 && clock.now() === startedAt ? new Promise(() => {}) : result
        },
      },
    })
    const startedAt = clock.now()
    const token = forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    await settle()
    await clock.advance(500)
    expect(await token).toBe(upstream.issued[0])
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[0])
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0, unknown: 0 })
    expect(upstream.count(revokePath)).toBe(0)
  })

  it('a swap that a reconnect sends again is one change', async () => {
    const store = memoryStore({ singleInstance: true })
    const { forage, upstream } = createFixture({
      store: {
        ...store,
        cas: async (...args) => {
          await store.cas(...args)
          return store.cas(...args)
        },
      },
    })
    await forage.pool('web').getToken()
    expect(upstream.count(tokenPath)).toBe(1)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0 })
  })

  it('instances recover after the store lost its last write', async () => {
    const store = memoryStore({ singleInstance: true })
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    let key = ''
    const older = new Map<string, string>()
    const failingOver: TokenStore = {
      ...store,
      get: async (name) => {
        key = name
        return store.get(name)
      },
    }
    const { forage } = createFixture({ store: failingOver }, upstream, clock)
    await forage.pool('web').getToken()
    older.set(key, (await store.get(key))!.value)
    await forage.pool('web').rotate()
    const { version } = (await store.get(key))!
    await store.cas(key, version, older.get(key)!, { nextVersion: 'after-failover', ttlMs: day })
    await clock.advance(minute)
    await forage.pool('web').rotate()
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[2])
  })
})

describe('change notifications', () => {
  it('a change notification ends the wait for a mint and invalidates the memory', async () => {
    const listeners = new Set<(key: string) => void>()
    const store: TokenStore = {
      ...memoryStore({ singleInstance: true }),
      publish: async (key) => listeners.forEach((listener) => listener(key)),
      subscribe: async (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [a, b] = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    let issue = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (issue = () => resolve(upstream.issue()))))
    const first = a.forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    const waiting = b.forage.pool('web').getToken()
    await settle()
    issue()
    // No time passes, so no instance polls.
    expect(await waiting).toBe(await first)
    await a.forage.pool('web').freeze({ reason: 'now' })
    await settle()
    await expect(b.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    await Promise.all([a.forage.close(), b.forage.close()])
    expect(listeners.size).toBe(0)
    expect(clock.pending()).toBe(0)
  })

  it('without change notifications, an instance finds the token by polling', async () => {
    const store: TokenStore = {
      ...memoryStore({ singleInstance: true }),
      publish: () => Promise.reject(new Error('gone')),
      subscribe: () => Promise.reject(new Error('gone')),
    }
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [a, b] = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    const tokens = Promise.all([a.forage.pool('web').getToken(), b.forage.pool('web').getToken()])
    for (let i = 0; i < 20; i++) await clock.advance(50)
    expect(new Set(await tokens).size).toBe(1)
    expect(upstream.count(tokenPath)).toBe(1)
  })
})
