import { describe, expect, it } from 'vitest'

import { createSealer, type TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount, createFleet } from '../fixtures/server-fixture.ts'
import { clientSecret, tokenPath, revokedTokens } from '../fixtures/upstream-stub.ts'

const minute = 60_000

describe('freeze', () => {
  it('freeze stops minting and serving on every instance until thaw', async () => {
    const [a, b] = createFleet(2)
    await a!.forage.mintSessionToken({ merchantAccount })
    await b!.forage.mintSessionToken({ merchantAccount })
    await a!.forage.pool('web').freeze({ reason: 'something is odd' })
    await a!.clock.advance(30_000)
    const requests = a!.upstream.requests.length
    for (const { forage } of [a!, b!]) {
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({
        code: 'frozen',
        retryable: true,
      })
      await expect(forage.pool('web').rotate()).rejects.toMatchObject({ code: 'frozen' })
      expect(forage.pool('web').status()).toMatchObject({ state: 'frozen', reason: 'something is odd' })
      expect(forage.health()).toMatchObject({
        ready: true,
        degraded: ['Pool "web" is frozen: something is odd'],
      })
    }
    expect(a!.upstream.requests).toHaveLength(requests)
    await b!.forage.pool('web').thaw()
    await expect(b!.forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(a!.upstream.count(tokenPath)).toBe(1)
  })

  it('freeze also blocks the first mint, and lasts without any requests', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').freeze({ reason: 'not yet' })
    await clock.advance(60 * 24 * 60 * minute)
    await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    expect(upstream.requests).toEqual([])
  })

  it('compromise of a frozen pool revokes its tokens and mints none', async () => {
    const { forage, upstream } = createFixture()
    const token = await forage.pool('web').getToken()
    await forage.pool('web').freeze({ reason: 'leaked' })
    upstream.diesWhenRevoked()
    const report = await forage.pool('web').compromise({ reason: 'leaked' })
    expect(report).toMatchObject({ tokens: [{ verified: 'dead' }], replacement: null, recoveryMs: null })
    expect(revokedTokens(upstream)).toEqual([token])
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('freeze and compromise reject a missing reason and a reason that contains a token', async () => {
    const { forage } = createFixture()
    const pool = forage.pool('web')
    const token = await pool.getToken()
    for (const reason of ['', ' ', 'x'.repeat(201), `${token} leaked`, undefined as unknown as string]) {
      for (const attempt of [pool.freeze({ reason }), pool.compromise({ reason })]) {
        const error = await attempt.catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(TypeError)
        expect(String(error)).toContain('"reason"')
        expect(String(error)).not.toContain(token)
      }
    }
  })
})

describe('the stored slot', () => {
  it('the slot is stored a day longer than its last token, and a frozen pool for a year', async () => {
    const lives: number[] = []
    const store = separateStore()
    const { forage } = createFixture({
      store: {
        ...store,
        cas: (name, expected, value, options) => {
          lives.push(options.ttlMs)
          return store.cas(name, expected, value, options)
        },
      },
    })
    const day = 24 * 60 * minute
    await forage.pool('web').getToken()
    expect(lives.at(-1)).toBe(8 * day)
    await forage.pool('web').freeze({ reason: 'a drill' })
    expect(lives.at(-1)).toBe(366 * day)
  })

  it('a sealed slot contains no raw token and no secret in any state', async () => {
    const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    const store = separateStore()
    const written: string[] = []
    const sealing: TokenStore = {
      ...store,
      sealer: createSealer({ current: 'k1', k1: key }),
      cas: (name, expected, value, options) => {
        written.push(name, value, JSON.stringify(options))
        return store.cas(name, expected, value, options)
      },
    }
    const { forage, upstream, clock, events } = createFixture({ store: sealing })
    await forage.mintSessionToken({ merchantAccount })
    await forage.pool('web').rotate()
    await clock.advance(minute)
    upstream.revokeAll()
    await forage.mintSessionToken({ merchantAccount })
    const reports = [await forage.pool('web').compromise({ reason: 'a drill' }), forage.health()]
    await forage.pool('web').freeze({ reason: 'a drill' })
    const text = [...written, JSON.stringify([reports, events, forage.pool('web').status()])].join('\n')
    expect(written.length).toBeGreaterThan(20)
    expect(upstream.issued.length).toBeGreaterThan(4)
    for (const secret of [clientSecret, key, ...upstream.issued]) expect(text).not.toContain(secret)
  })
})
