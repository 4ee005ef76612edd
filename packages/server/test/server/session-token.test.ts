import { describe, expect, it } from 'vitest'

import { type TokenStore } from '../../src/index.ts'
import { codeOf } from '../fixtures/rejections.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const day = 24 * 60 * 60 * 1000

/** Creates a store that fails after some calls, with an error that contains a password. */
function failingAfter(calls: number): TokenStore {
  const store = separateStore()
  const work = <T>(call: () => Promise<T>): Promise<T> =>
    calls-- > 0 ? call() : Promise.reject(new Error('redis://user:password@host is gone'))
  return {
    capabilities: store.capabilities,
    get: (key) => work(() => store.get(key)),
    cas: (...args) => work(() => store.cas(...args)),
  }
}

describe('mintSessionToken', () => {
  it('mintSessionToken sends the authentication token and the merchant account', async () => {
    const { forage, upstream, clock } = createFixture()
    const { token, expiresAt } = await forage.mintSessionToken({ merchantAccount })
    const [, request] = upstream.requests
    expect(request).toMatchObject({ path: sessionTokenPath, body: '' })
    expect(request!.headers.get('authorization')).toBe(`Bearer ${upstream.issued[0]}`)
    expect(request!.headers.get('merchant-account')).toBe(merchantAccount)
    expect(token).toBe(upstream.issued[1])
    expect(expiresAt).toBe(clock.now() + 900_000)
  })

  it('the 15 minutes of a session token count from the time of its request', async () => {
    const { forage, upstream, clock } = createFixture()
    const sentAt = clock.now()
    upstream.answerNext(sessionTokenPath, async () => {
      await clock.advance(8000)
      return Response.json({ token: 'sandbox_slow' })
    })
    expect(await forage.mintSessionToken({ merchantAccount })).toEqual({
      token: 'sandbox_slow',
      expiresAt: sentAt + 900_000,
    })
  })

  it('a session token is never minted from an authentication token that expires first', async () => {
    const { forage, clock } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    for (let i = 0; i < 40; i++) {
      await clock.advance(day / 4)
      const { expiresAt } = await forage.mintSessionToken({ merchantAccount })
      const status = forage.pool('web').status()
      expect(status.state === 'ready' && status.expiresAt > expiresAt).toBe(true)
      await settle()
    }
  })

  it('mintSessionToken rejects after 10 seconds if the answer never ends', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, async () => new Response(new ReadableStream()))
    const waiting = codeOf(forage.mintSessionToken({ merchantAccount }))
    while (upstream.count(sessionTokenPath) === 0) await settle()
    await settle()
    await clock.advance(10_000)
    expect(await waiting).toBe('upstream_unavailable')
    expect(clock.pending()).toBe(0)
  })

  it('mintSessionToken rejects with the reason of an abort', async () => {
    const { forage } = createFixture()
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(forage.mintSessionToken({ merchantAccount, signal })).rejects.toThrow('gone')
  })

  it('mintSessionToken rejects a merchant account that cannot be a header', async () => {
    const { forage } = createFixture()
    await expect(forage.mintSessionToken({ merchantAccount: 'a\r\nb' })).rejects.toThrow('"merchantAccount"')
  })

  it('an error about a wrong argument shows no token that was passed in its place', async () => {
    const { forage } = createFixture()
    const token = 'dev_eyJhIjogMSwgInNrIjogIk92Y25aNTI5QjJuZ0p2N0pZN2laeHc9PSJ9==.aHe7Tw.c2lnbmF0dXJlc2ln'
    for (const call of [
      forage.mintSessionToken({ merchantAccount: `Bearer ${token}` }),
      forage.fetch(`https://evil.example/${token}`),
      forage.fetch('/api/', {}, { pool: token }),
    ]) {
      const error: unknown = await call.catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(TypeError)
      for (const part of token.split('.')) expect(String(error)).not.toContain(part)
    }
  })
})

describe('a store that does not answer', () => {
  it('no caller notices a store outage while the token in memory is usable', async () => {
    const { forage, clock, upstream, eventsOf } = createFixture({ store: failingAfter(5) })
    const token = await forage.pool('web').getToken()
    for (let i = 0; i < 48; i++) {
      await clock.advance(day / 8)
      expect(await forage.pool('web').getToken()).toBe(token)
      await settle()
    }
    expect(upstream.count(tokenPath)).toBe(1)
    expect(eventsOf('store-unavailable')).toHaveLength(1)
    expect(forage.health()).toMatchObject({ ready: true, degraded: [expect.stringContaining('store')] })
  })
})
