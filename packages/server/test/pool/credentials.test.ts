import { describe, expect, it } from 'vitest'

import { memoryStore, type TokenStore } from '../../src/index.ts'
import { createOAuthTokenClient } from '../../src/oauth.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { clientId, clientSecret, createUpstream, oauthError, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const second = 1000
const secrets = { clientId, clientSecret }

/** Creates a store that records its keys. */
function openStore(): TokenStore & { keys: Set<string> } {
  const store = memoryStore({ singleInstance: true })
  const keys = new Set<string>()
  return { ...store, keys, get: (key) => (keys.add(key), store.get(key)) }
}

describe('credentials from a function', () => {
  it('with credentials from functions, two clients on one store never share a token', async () => {
    const store = openStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const serverOf = (id: string) =>
      createFixture({ store, credentials: async () => ({ clientId: id, clientSecret }) }, upstream, clock)
    const [a, b] = [serverOf('merchant-a'), serverOf('merchant-b')]
    const tokenOfA = await a.forage.pool('web').getToken()
    expect(await b.forage.pool('web').getToken()).not.toBe(tokenOfA)
    expect(await a.forage.pool('web').getToken()).toBe(tokenOfA)
    expect(store.keys.size).toBe(2)
  })

  it('with credentials from functions, two clients of a refresh-token server never share a slot', async () => {
    const store = openStore()
    const clients = ['a', 'b'].map((id) =>
      createOAuthTokenClient({
        dialect: 'rfc6749',
        environment: { apiUrl: 'https://api.example', tokenPath: '/o/token/' },
        credentials: async () => ({ clientId: id, clientSecret }),
        fetch: createUpstream().fetch,
        store,
      }),
    )
    for (const client of clients) await client.getToken()
    expect(store.keys.size).toBe(2)
  })

  it('credentials from a function share the slot of the same client given as an object, also after a new secret', async () => {
    const store = openStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const { forage } = createFixture({ store }, upstream, clock)
    const token = await forage.pool('web').getToken()
    let secret = 'old'
    const credentials = async () => ({ clientId, clientSecret: secret })
    const read = createFixture({ store, credentials }, upstream, clock)
    expect(await read.forage.pool('web').getToken()).toBe(token)
    secret = 'new'
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    await read.forage.pool('web').rotate()
    expect(store.keys.size).toBe(1)
  })

  it('if the credentials function names another client, the token goes into the slot of that client', async () => {
    const store = openStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    let id = 'merchant-a'
    const changing = createFixture(
      { store, credentials: async () => ({ clientId: id, clientSecret }) },
      upstream,
      clock,
    )
    upstream.answerNext(tokenPath, async () => {
      id = 'merchant-b'
      return oauthError(401, 'invalid_client')
    })
    const tokenOfB = await changing.forage.pool('web').getToken()
    const serverOf = (name: string) =>
      createFixture({ store, credentials: { clientId: name, clientSecret } }, upstream, clock).forage
    expect(await serverOf('merchant-b').pool('web').getToken()).toBe(tokenOfB)
    await clock.advance(20 * second)
    expect(await serverOf('merchant-a').pool('web').getToken()).not.toBe(tokenOfB)
  })

  it('a rejecting credentials function is a failure of the pool, and is called again after a second', async () => {
    let isAvailable = false
    let reads = 0
    const store = openStore()
    const { forage, clock, upstream, eventsOf } = createFixture({
      store,
      credentials: async () => {
        reads++
        if (isAvailable) return secrets
        throw new Error(`vault down: ${clientSecret}`)
      },
    })
    const unavailable = { code: 'upstream_unavailable', retryable: true }
    for (let i = 0; i < 5; i++) {
      await expect(forage.pool('web').getToken()).rejects.toMatchObject(unavailable)
    }
    await expect(forage.pool('web').rotate()).rejects.toMatchObject(unavailable)
    expect(reads).toBe(1)
    expect(forage.health()).toMatchObject({
      ready: false,
      degraded: [],
      pools: [{ state: 'failed', code: 'credentials_unavailable' }],
    })
    expect(eventsOf('authentication-token-failed')).toMatchObject([{ code: 'credentials_unavailable' }])
    expect(eventsOf('store-unavailable')).toEqual([])
    isAvailable = true
    await clock.advance(second)
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[0])
    expect(store.keys.size).toBe(1)
  })

  it('a credentials function that hangs on the second call leaves no mint with unknown outcome', async () => {
    let onSecondRead = (): void => {}
    const secondRead = new Promise<void>((resolve) => (onSecondRead = resolve))
    let isFirst = true
    const { forage, upstream, clock } = createFixture({
      credentials: async () => {
        if (!isFirst) return (onSecondRead(), new Promise(() => {}))
        isFirst = false
        return secrets
      },
    })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    const token = forage.pool('web').getToken()
    token.catch(() => {})
    await secondRead
    await clock.advance(10 * second)
    await expect(token).rejects.toMatchObject({ code: 'credentials_rejected' })
    expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 0 })
  })

  it('a credentials function that never resolves is abandoned after 5 seconds', async () => {
    const { forage, clock } = createFixture({ credentials: () => new Promise(() => {}) })
    const token = forage.pool('web').getToken()
    token.catch(() => {})
    await settle()
    await clock.advance(5 * second)
    await expect(token).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 0 })
    expect(clock.pending()).toBe(0)
  })
})
