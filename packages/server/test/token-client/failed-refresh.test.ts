import { describe, expect, it, vi } from 'vitest'

import { settle } from '../fixtures/virtual-clock.ts'
import { quidkeyError } from './refresh-upstream.ts'
import { createTokenClients, whilePassing } from './token-client-fixture.ts'

const minute = 60_000

const path = '/api/v1/payment-links/1'

const noAnswer = (): Promise<Response> =>
  Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }))

const never = (): Promise<Response> => new Promise(() => {})

const down = (): Response => new Response('<html>Bad gateway</html>', { status: 502 })

describe.each(['quidkey', 'rfc6749'] as const)('OAuth token client, dialect %s', (dialect) => {
  it('after a refused refresh token, the credentials are sent once and the new refresh token is kept', async () => {
    const { client, upstream, events, pass } = createTokenClients({ dialect })
    await client.getToken()
    upstream.refuseRefreshTokens()
    await pass(14.5 * minute)
    expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([1, 2])
    expect(events).toContainEqual(expect.objectContaining({ type: 'token-refresh-failed', fellBack: true }))
    await pass(14.5 * minute)
    expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([2, 2])
  })

  it('a call that is answered 401 refreshes once and is replayed once', async () => {
    const { client, upstream } = createTokenClients({ dialect })
    await client.getToken()
    upstream.refuseAccessTokens()
    expect((await client.fetch(path)).status).toBe(200)
    expect(upstream.count('refresh_token')).toBe(1)
    expect(upstream.count('client_credentials')).toBe(1)
    expect(upstream.count('api')).toBe(2)
  })

  it('a hundred concurrent calls that are answered 401 cost one refresh', async () => {
    const { client, sibling, upstream, clock } = createTokenClients({ dialect, rotates: true })
    await client.getToken()
    upstream.refuseAccessTokens()
    const calls = Array.from({ length: 100 }, (_, i) => (i % 2 ? client : sibling).fetch(path))
    const statuses = (await whilePassing(clock, calls)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(upstream.count('refresh_token')).toBe(1)
    expect(upstream.tally.spentTwice).toBe(0)
  })

  it('a call that is answered 401 sends the credentials if the refresh fails', async () => {
    for (const failure of [down, noAnswer]) {
      const { client, upstream } = createTokenClients({ dialect })
      await client.getToken()
      upstream.refuseAccessTokens()
      upstream.answerNext('refresh_token', async () => failure())
      expect((await client.fetch(path)).status).toBe(200)
      expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([1, 2])
    }
  })

  it('a call whose refreshed token is also refused is replayed with a token for the credentials', async () => {
    const { client, upstream } = createTokenClients({ dialect })
    await client.getToken()
    upstream.refuseAccessTokens()
    upstream.refuseGrant('refresh_token')
    expect((await client.fetch(path)).status).toBe(200)
    expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([1, 2])
    expect(upstream.count('api')).toBe(3)
  })

  it('calls reject without a request after the API refused a refreshed token and a token for the credentials', async () => {
    const { client, upstream } = createTokenClients({ dialect })
    await client.getToken()
    upstream.refuseGrant('refresh_token')
    upstream.refuseGrant('client_credentials')
    const error = { code: 'upstream_unavailable', retryable: true, status: 401 }
    await expect(client.fetch(path)).rejects.toMatchObject(error)
    const { length } = upstream.requests
    for (let i = 0; i < 10; i++) await expect(client.fetch(path)).rejects.toMatchObject(error)
    expect(upstream.requests).toHaveLength(length)
    expect(length).toBe(6)
  })

  it('the current token is served while refreshes fail, and the credentials are sent when it is no longer usable', async () => {
    const { client, upstream, pass, clock, events } = createTokenClients({ dialect })
    const first = await client.getToken()
    await pass(9 * minute)
    upstream.answerNext('refresh_token', async () => down())
    expect(await pass(minute)).toBe(first)
    expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([1, 1])
    expect(client.status()).toMatchObject({ state: 'degraded' })
    expect(events).toContainEqual(expect.objectContaining({ type: 'token-refresh-failed', fellBack: false }))
    await clock.advance(4 * minute)
    expect(await client.getToken()).not.toBe(first)
    expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([1, 2])
  })

  it('the credentials are sent once after a refresh without an answer if no usable token is left', async () => {
    const { client, upstream, clock } = createTokenClients({ dialect })
    const first = await client.getToken()
    await clock.advance(20 * minute)
    upstream.answerNext('refresh_token', never)
    const [second] = await whilePassing(clock, [client.getToken()])
    expect(second).not.toBe(first)
    expect([upstream.count('refresh_token'), upstream.count('client_credentials')]).toEqual([1, 2])
  })

  it('getToken rejects if the refresh and the credentials both fail, and tries again at its retryAt', async () => {
    const { client, upstream, clock } = createTokenClients({ dialect })
    await client.getToken()
    await clock.advance(20 * minute)
    upstream.answerNext('refresh_token', async () => down())
    upstream.answerNext('client_credentials', async () => down())
    const error = { code: 'upstream_unavailable', retryAt: expect.any(Number) }
    await expect(client.getToken()).rejects.toMatchObject(error)
    await expect(client.getToken()).rejects.toMatchObject(error)
    expect(upstream.requests).toHaveLength(3)
    await clock.advance(10_000)
    expect(upstream.isAccepted(await client.getToken())).toBe(true)
  })

  it('a refresh token whose answer was lost is sent again only to a server that does not rotate', async () => {
    const rotating = createTokenClients({ dialect, rotates: true })
    await rotating.client.getToken()
    await rotating.pass(14.5 * minute)
    rotating.upstream.answerNext('refresh_token', async (request) => {
      await rotating.upstream.grant(request)
      return noAnswer()
    })
    await rotating.pass(14.5 * minute)
    await rotating.pass(14.5 * minute)
    expect(rotating.upstream.tally.spentTwice).toBe(0)

    const keeping = createTokenClients({ dialect })
    await keeping.client.getToken()
    await keeping.pass(14.5 * minute)
    keeping.upstream.answerNext('refresh_token', noAnswer)
    await keeping.pass(11 * minute)
    await keeping.pass(2 * minute)
    expect(keeping.upstream.count('refresh_token')).toBe(3)
    expect(keeping.upstream.count('client_credentials')).toBe(1)
  })
})

describe('two instances', () => {
  it('an instance that lost its lease uses the token of the other instance and does not send the secret', async () => {
    const { client, sibling, upstream, clock } = createTokenClients({ rotates: true })
    await client.getToken()
    await clock.advance(20 * minute)
    let release: (answer: Response) => void = () => {}
    // The process pauses for longer than the lease, so none of its timers fires.
    upstream.answerNext('refresh_token', () => new Promise((resolve) => (release = resolve)))
    const frozenTimers = vi.spyOn(clock, 'setTimeout').mockReturnValue(0)
    const slow = client.getToken()
    await settle()
    frozenTimers.mockRestore()
    await clock.advance(16_000)
    const newer = await sibling.getToken()
    expect(upstream.count('client_credentials')).toBe(2)
    release(quidkeyError(401, 'UNAUTHORIZED'))
    expect(await slow).toBe(newer)
    expect(upstream.count('client_credentials')).toBe(2)
    expect(upstream.tally.spentTwice).toBe(0)
  })
})
