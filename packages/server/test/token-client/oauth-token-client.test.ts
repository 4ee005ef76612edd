import { describe, expect, it, vi } from 'vitest'

import { createSealer } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { createTokenClients, whilePassing } from './token-client-fixture.ts'

const minute = 60_000

const hour = 60 * minute

const path = '/api/v1/payment-links/1'

const never = (): Promise<Response> => new Promise(() => {})

describe.each(['quidkey', 'rfc6749'] as const)('OAuth token client, dialect %s', (dialect) => {
  it('a thousand concurrent calls send the credentials once, and later calls refresh', async () => {
    const { client, sibling, upstream, clock, pass } = createTokenClients({ dialect })
    const calls = Array.from({ length: 1000 }, (_, i) => (i % 2 ? client : sibling).getToken())
    expect(new Set(await whilePassing(clock, calls)).size).toBe(1)
    expect(upstream.requests).toHaveLength(1)
    await pass(14.5 * minute)
    expect(upstream.count('client_credentials')).toBe(1)
    expect(upstream.count('refresh_token')).toBe(1)
  })

  it('the refresh token of a server that does not rotate is used for 90 refreshes', async () => {
    const { client, upstream, pass } = createTokenClients({ dialect })
    const first = await client.getToken()
    const tokens = new Set([first])
    for (let i = 0; i < 90; i++) tokens.add(await pass(14.5 * minute))
    expect(tokens.size).toBe(91)
    expect(upstream.count('refresh_token')).toBe(90)
    expect(upstream.count('client_credentials')).toBe(1)
    expect(client.status().refreshToken).toMatchObject({ rotates: false })
  })

  it('with a server that rotates, each refresh token is sent once', async () => {
    const { client, upstream, pass } = createTokenClients({ dialect, rotates: true })
    await client.getToken()
    for (let i = 0; i < 90; i++) await pass(14.5 * minute)
    expect(upstream.count('refresh_token')).toBe(90)
    expect(upstream.count('client_credentials')).toBe(1)
    expect(upstream.tally.spentTwice).toBe(0)
    expect(client.status().refreshToken).toMatchObject({ rotates: true })
  })

  it('two instances on one store never spend a refresh token twice', async () => {
    const { client, sibling, upstream, clock } = createTokenClients({ dialect, rotates: true })
    for (let i = 0; i < 50; i++) {
      const [one, other] = await whilePassing(clock, [client.getToken(), sibling.getToken()])
      expect(one).toBe(other)
      await clock.advance(14.5 * minute)
    }
    expect(upstream.count('refresh_token')).toBe(49)
    expect(upstream.tally.spentTwice).toBe(0)
  })

  it('a token is renewed in the background before it expires, and no caller waits', async () => {
    const { client, upstream, clock } = createTokenClients({ dialect })
    const first = await client.getToken()
    await clock.advance(11 * minute)
    upstream.answerNext('refresh_token', never)
    expect(await client.getToken()).toBe(first)
    await settle()
    expect(upstream.count('refresh_token')).toBe(1)
  })

  it('the credentials are sent again half an hour before the 24 hours of the first refresh token end', async () => {
    for (const rotates of [false, true]) {
      const { client, upstream, clock, pass } = createTokenClients({ dialect, rotates })
      await client.getToken()
      const startedAt = clock.now()
      const { reauthenticateAt, expiresAt } = client.status().refreshToken!
      expect(expiresAt - startedAt).toBe(24 * hour)
      // 30 min, and half of the jitter of up to 6 min.
      expect(expiresAt - reauthenticateAt).toBe(33 * minute)
      while (clock.now() < reauthenticateAt - 15 * minute) await pass(14.5 * minute)
      expect(upstream.count('client_credentials')).toBe(1)
      expect(client.status().refreshToken).toMatchObject({ reauthenticateAt, expiresAt })
      while (clock.now() < expiresAt) await pass(14.5 * minute)
      expect(upstream.count('client_credentials')).toBe(2)
      expect(upstream.tally).toEqual({ spentTwice: 0, sentAfterEnd: 0 })
      expect(client.status().refreshToken!.expiresAt).toBeGreaterThan(expiresAt + 23 * hour)
    }
  })

  it('all instances use the same jitter for the end of the refresh token', async () => {
    const random = vi.fn<() => number>(Math.random)
    const { client, sibling, pass } = createTokenClients({ dialect }, { random })
    await client.getToken()
    const { reauthenticateAt, expiresAt } = client.status().refreshToken!
    await pass(14.5 * minute)
    await sibling.getToken()
    for (const instance of [client, sibling])
      expect(instance.status().refreshToken).toMatchObject({ reauthenticateAt, expiresAt })
    expect(expiresAt - reauthenticateAt).toBeGreaterThanOrEqual(30 * minute)
    expect(expiresAt - reauthenticateAt).toBeLessThanOrEqual(36 * minute)
  })

  it.each([
    [900, 14 * minute],
    [3600, 59 * minute],
    ['900', 14 * minute],
    ['3600', 59 * minute],
    [undefined, 14 * minute],
  ])('a token with expires_in %j is served until a minute before its end', async (expiresIn, servedMs) => {
    const { client, clock } = createTokenClients({ dialect, expiresIn, livesSeconds: 3600 })
    const first = await client.getToken()
    const status = client.status() as { expiresAt: number }
    expect(status.expiresAt - clock.now()).toBe(servedMs + minute)
    await clock.advance(servedMs - 1)
    expect(await client.getToken()).toBe(first)
    await settle()
    await clock.advance(1)
    expect(await client.getToken()).not.toBe(first)
  })

  it.each([0, -900, 5])('a token with expires_in %j is refused without a request loop', async (expiresIn) => {
    const { client, upstream } = createTokenClients({ dialect, expiresIn })
    for (let i = 0; i < 20; i++) await expect(client.getToken()).rejects.toMatchObject({ retryable: true })
    expect(upstream.requests).toHaveLength(1)
  })

  it('tokens with a lifetime of one minute are refreshed in time', async () => {
    const { client, upstream, clock } = createTokenClients({ dialect, expiresIn: 60, livesSeconds: 60 })
    for (let i = 0; i < 240; i++) {
      expect(upstream.isAccepted(await client.getToken())).toBe(true)
      await clock.advance(20_000)
    }
    expect(upstream.count('client_credentials')).toBe(1)
  })

  it('the refresh token is sealed in the store, and other instances can open it', async () => {
    const sealer = createSealer({ current: 'k1', k1: btoa('0'.repeat(32)) })
    const values: string[] = []
    const inner = separateStore()
    const cas: typeof inner.cas = (key, expected, value, swap) => {
      values.push(value)
      return inner.cas(key, expected, value, swap)
    }
    const store = { ...inner, cas, sealer }
    const { client, sibling, upstream, clock } = createTokenClients({ dialect, rotates: true }, { store })
    for (let i = 0; i < 6; i++) {
      await (i % 2 ? client : sibling).getToken()
      await clock.advance(14.5 * minute)
    }
    expect(upstream.count('refresh_token')).toBe(5)
    expect(values.join('')).toContain('"refresh":{')
    for (const token of upstream.issued) expect(values.join('')).not.toContain(token)
  })

  it('during a store outage, the client mints a private token and stores it when the store returns', async () => {
    const inner = separateStore()
    let isDown = true
    const guarded = <T>(work: () => Promise<T>): Promise<T> =>
      isDown ? Promise.reject(new Error('down')) : work()
    const store = {
      ...inner,
      get: (key: string) => guarded(() => inner.get(key)),
      cas: (...args: Parameters<typeof inner.cas>) => guarded(() => inner.cas(...args)),
    }
    const { client, upstream, clock } = createTokenClients({ dialect }, { store })
    const local = await client.getToken()
    expect((await client.fetch(path)).status).toBe(200)
    isDown = false
    await clock.advance(2000)
    await client.getToken()
    await settle()
    await clock.advance(2000)
    expect(await client.getToken()).toBe(local)
    await clock.advance(20 * minute)
    expect(upstream.isAccepted(await client.getToken())).toBe(true)
    expect(client.status().refreshToken).not.toBeNull()
  })
})
