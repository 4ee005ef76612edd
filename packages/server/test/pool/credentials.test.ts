import { describe, expect, it } from 'vitest'

import { type TokenStore } from '../../src/index.ts'
import { createOAuthTokenClient } from '../../src/oauth.ts'
import { rejection } from '../fixtures/rejections.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { clientId, clientSecret, createUpstream, oauthError, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const second = 1000
const secrets = { clientId, clientSecret }

/** Creates a store that records its keys. */
function openStore(): TokenStore & { keys: Set<string> } {
  const store = separateStore()
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

describe('a new client secret during a roll-out', () => {
  /** Creates instances on one store, of which Forage accepts only those with the new secret. */
  function createRollOut() {
    const store = separateStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const isNew = (request: Request): boolean =>
      atob(request.headers.get('authorization')!.replace('Basic ', '')).endsWith('new')
    const answer = async (request: Request): Promise<Response> => {
      upstream.answerNext(tokenPath, answer)
      return isNew(request) ? upstream.issue() : oauthError(401, 'invalid_client')
    }
    upstream.answerNext(tokenPath, answer)
    const instance = (secret: string) =>
      createFixture({ store, credentials: { clientId, clientSecret: secret } }, upstream, clock)
    return { old: instance('old'), updated: instance('new'), upstream, clock }
  }

  it('a secret that Forage refuses stops only the instances that have it', async () => {
    const { old, updated } = createRollOut()
    await expect(old.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'credentials_rejected' })
    const token = await updated.forage.pool('web').getToken()
    // The refused instance reads the slot before it fails.
    expect(await old.forage.pool('web').getToken()).toBe(token)
  })

  it('an instance with the old secret serves the shared token, says what failed, and requests none for 45 s', async () => {
    const { old, updated, upstream, clock } = createRollOut()
    const token = await updated.forage.pool('web').getToken()
    await clock.advance(6.6 * 24 * 3600 * second)
    for (let i = 0; i < 10; i++) {
      expect(await old.forage.pool('web').getToken()).toBe(token)
      await settle()
      await clock.advance(4 * second)
    }
    expect(upstream.count(tokenPath)).toBe(2)
    expect(old.forage.health()).toMatchObject({
      ready: true,
      degraded: ['Pool "web": the last renewal failed (invalid_client)'],
    })
    expect(updated.forage.health().degraded).toEqual([])
    await updated.forage.pool('web').getToken()
    await settle()
    expect(await updated.forage.pool('web').getToken()).not.toBe(token)
  })

  it('rotate with a refused secret rejects, and leaves no failure to the others', async () => {
    const { old, updated } = createRollOut()
    await updated.forage.pool('web').getToken()
    await expect(old.forage.pool('web').rotate()).rejects.toMatchObject({ code: 'credentials_rejected' })
    await expect(updated.forage.pool('web').rotate()).resolves.toBeDefined()
  })

  it('a refused configuration stops one instance, so that a restarted one tries again', async () => {
    const store = separateStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    upstream.answerNext(tokenPath, oauthError(400, 'unauthorized_client'))
    const before = createFixture({ store }, upstream, clock)
    await expect(before.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'not_configured' })
    const restarted = createFixture({ store }, upstream, clock)
    await expect(restarted.forage.pool('web').getToken()).resolves.toBeDefined()
  })
})

describe('credentials that cannot be sent', () => {
  it.each([
    ['a line break at its end', { clientId, clientSecret: `${clientSecret}\n` }, /line break/],
    ['a space before it', { clientId: ` ${clientId}`, clientSecret }, /space/],
    ['a control character', { clientId, clientSecret: `a\u0007b` }, /control character/],
    ['nothing', undefined, /clientId, clientSecret/],
    ['an empty secret', { clientId, clientSecret: '' }, /non-empty/],
  ])(
    'a function that returns %s is not_configured, with a sentence that says so',
    async (_what, value, sentence) => {
      let answer: unknown = value
      const { forage, upstream, clock, eventsOf } = createFixture({ credentials: () => answer as never })
      const error = await rejection(forage.pool('web').getToken())
      expect(error.code).toBe('not_configured')
      expect(error.message).toMatch(sentence)
      expect(`${error.message}${error.remedy}`).not.toContain(clientSecret)
      expect(eventsOf('authentication-token-failed')).toMatchObject([{ kind: 'config' }])
      expect(forage.health()).toMatchObject({ ready: false, pools: [{ state: 'failed' }] })
      expect(upstream.requests).toEqual([])
      answer = secrets
      await clock.advance(second)
      await expect(forage.pool('web').getToken()).resolves.toBeDefined()
    },
  )

  it('a new secret with a line break is named, and not the refusal of the old one', async () => {
    const answers = [secrets, { clientId, clientSecret: 'new\n' }]
    const { forage, upstream } = createFixture({ credentials: () => answers.shift()! })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    const error = await rejection(forage.pool('web').getToken())
    expect(error).toMatchObject({ code: 'not_configured' })
    expect(error.message).toContain('credentials_malformed')
  })
})
