import { describe, expect, it, vi } from 'vitest'

import {
  createOAuthTokenClient,
  createSealer,
  memoryStore,
  type OAuthTokenClientOptions,
} from '../../src/index.ts'
import { settle, type VirtualClock } from '../fixtures/virtual-clock.ts'
import { clientId, clientSecret, quidkeyError } from './refresh-upstream.ts'
import { createTokenClients } from './token-client-fixture.ts'

const minute = 60_000
const hour = 60 * minute
const path = '/api/v1/payment-links/1'

const noAnswer = (): Promise<Response> =>
  Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }))
const never = (): Promise<Response> => new Promise(() => {})
const down = (): Response => new Response('<html>Bad gateway</html>', { status: 502 })

/** Resolves with the results of `work` while time passes, because a waiting instance polls. */
async function whilePassing<T>(clock: VirtualClock, work: Promise<T>[]): Promise<T[]> {
  const all = Promise.all(work)
  const progress = { isDone: false }
  all.catch(() => {}).finally(() => (progress.isDone = true))
  for (await settle(); !progress.isDone;) await clock.advance(100)
  return all
}

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
    const inner = memoryStore({ singleInstance: true })
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
    const inner = memoryStore({ singleInstance: true })
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

describe('on the wire', () => {
  it('quidkey requests are JSON without redirects and cache, and only the token request contains the secret', async () => {
    const { client, upstream, pass } = createTokenClients()
    await client.getToken()
    await pass(14.5 * minute)
    const [issue, refresh] = upstream.requests
    expect(issue!.url).toBe('https://core-dev.quidkey.com/api/v1/oauth2/token')
    expect(JSON.parse(issue!.body)).toEqual({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    })
    expect(refresh!.url).toBe('https://core-dev.quidkey.com/api/v1/oauth2/refresh')
    expect(Object.keys(JSON.parse(refresh!.body) as object)).toEqual(['refresh_token'])
    expect(refresh!.headers.get('authorization')).toBeNull()
    for (const { init, headers } of upstream.requests) {
      expect(init).toMatchObject({ redirect: 'error', cache: 'no-store' })
      expect(headers.get('content-type')).toBe('application/json')
    }
  })

  it('rfc6749 requests are authenticated forms to the token endpoint', async () => {
    const { client, upstream, pass } = createTokenClients({ dialect: 'rfc6749' })
    await client.getToken()
    await pass(14.5 * minute)
    const [issue, refresh] = upstream.requests.map(({ body }) => new URLSearchParams(body))
    expect(Object.fromEntries(issue!)).toEqual({ grant_type: 'client_credentials' })
    expect(refresh!.get('grant_type')).toBe('refresh_token')
    for (const { url, headers } of upstream.requests) {
      expect(url).toBe('https://api.example/oauth2/token')
      expect(headers.get('authorization')).toMatch(/^Basic /)
    }
  })

  it('a server without refresh tokens gets the credentials for each token', async () => {
    const { client, upstream, pass } = createTokenClients({ dialect: 'rfc6749' })
    const answer = async (): Promise<Response> =>
      Response.json({ access_token: crypto.randomUUID(), expires_in: '300', token_type: 'bearer' })
    upstream.answerNext('client_credentials', ...Array.from({ length: 100 }, () => answer))
    for (let i = 0; i < 100; i++) await pass(4.5 * minute)
    expect(upstream.count('client_credentials')).toBe(100)
    expect(client.status()).toMatchObject({ state: 'ready', refreshToken: null })
  })

  it('the rfc6749 dialect can use another host as authorization server, and sends the scope', async () => {
    const { upstream, clock } = createTokenClients({ dialect: 'rfc6749' })
    const client = createOAuthTokenClient({
      dialect: 'rfc6749',
      environment: {
        apiUrl: 'https://api.example',
        authUrl: 'https://login.example',
        tokenPath: '/oauth2/token',
      },
      credentials: { clientId, clientSecret },
      scope: 'payments',
      clientAuth: 'post',
      fetch: upstream.fetch,
      clock,
    })
    expect((await client.fetch('/payments')).status).toBe(200)
    const [issue, call] = upstream.requests
    expect(issue!.url).toBe('https://login.example/oauth2/token')
    expect(new URLSearchParams(issue!.body).get('scope')).toBe('payments')
    expect(new URLSearchParams(issue!.body).get('client_secret')).toBe(clientSecret)
    expect(call!.url).toBe('https://api.example/payments')
  })
})

describe('answers of Quidkey', () => {
  const unusable: [string, () => Response, object][] = [
    ['a page of HTML', () => new Response('<html>'), { code: 'upstream_unavailable' }],
    [
      'no envelope',
      () => Response.json({ access_token: 'a', expires_in: 900 }),
      { code: 'upstream_unavailable' },
    ],
    ['an empty body', () => new Response(''), { code: 'upstream_unavailable' }],
    ['no token', () => Response.json({ success: true, data: {} }), { code: 'upstream_unavailable' }],
    [
      'success: false with status 200',
      () => quidkeyError(200, 'UNAUTHORIZED'),
      { code: 'upstream_unavailable' },
    ],
    [
      'a redirect',
      () => new Response(null, { status: 301, headers: { location: 'https://evil.example' } }),
      { code: 'upstream_unavailable' },
    ],
    ['401 UNAUTHORIZED', () => quidkeyError(401, 'UNAUTHORIZED'), { code: 'credentials_rejected' }],
    ['401 NO_TOKEN', () => quidkeyError(401, 'NO_TOKEN'), { code: 'credentials_rejected' }],
    ['401 INVALID_TOKEN', () => quidkeyError(401, 'INVALID_TOKEN'), { code: 'credentials_rejected' }],
    ['401 without a body', () => new Response(null, { status: 401 }), { code: 'credentials_rejected' }],
    ['403 FORBIDDEN', () => quidkeyError(403, 'FORBIDDEN'), { code: 'credentials_rejected' }],
    [
      '400 VALIDATION_ERROR',
      () => quidkeyError(400, 'VALIDATION_ERROR'),
      { code: 'not_configured', retryable: false },
    ],
    ['400 INVALID_INPUT', () => quidkeyError(400, 'INVALID_INPUT'), { code: 'not_configured' }],
    ['422', () => quidkeyError(422, 'UNPROCESSABLE'), { code: 'not_configured' }],
    ["a gateway's 400", () => new Response('<html>', { status: 400 }), { code: 'upstream_unavailable' }],
    [
      '409 IDEMPOTENT_REQUEST_IN_PROGRESS',
      () => quidkeyError(409, 'IDEMPOTENT_REQUEST_IN_PROGRESS'),
      { code: 'upstream_unavailable' },
    ],
    ['429', () => quidkeyError(429, 'TOO_MANY', { 'retry-after': '7' }), { code: 'upstream_throttled' }],
    ['500', () => quidkeyError(500, 'INTERNAL'), { code: 'upstream_unavailable' }],
    [
      '503 IDEMPOTENCY_STORE_UNAVAILABLE',
      () => quidkeyError(503, 'IDEMPOTENCY_STORE_UNAVAILABLE'),
      { code: 'upstream_unavailable' },
    ],
  ]

  it.each(unusable)(
    'getToken rejects by status if the first token answer is %s',
    async (_name, answer, error) => {
      const { client, upstream } = createTokenClients()
      upstream.answerNext('client_credentials', answer())
      await expect(client.getToken()).rejects.toMatchObject(error)
      await expect(client.getToken()).rejects.toMatchObject(error)
      expect(upstream.requests).toHaveLength(1)
    },
  )

  it.each(unusable)('no caller notices if the answer to a refresh is %s', async (_name, answer) => {
    const { client, upstream, pass } = createTokenClients()
    const first = await client.getToken()
    upstream.answerNext('refresh_token', answer())
    expect(await pass(11 * minute)).toBe(first)
    const second = await pass(3.5 * minute)
    expect(upstream.isAccepted(second)).toBe(true)
  })

  it.each(['NO_TOKEN', 'INVALID_TOKEN', 'UNAUTHORIZED', 'missing_merchant_account'])(
    'a call that is answered 401 %s is replayed, because the status decides and not the code',
    async (code) => {
      const { client, upstream } = createTokenClients()
      await client.getToken()
      upstream.answerNext('api', quidkeyError(401, code))
      expect((await client.fetch(path)).status).toBe(200)
      expect(upstream.count('refresh_token')).toBe(1)
    },
  )

  it.each([400, 403, 404, 409, 410, 422, 500, 503])(
    'a call that is answered %i gets that answer, and the token stays',
    async (status) => {
      const { client, upstream } = createTokenClients()
      upstream.answerNext('api', quidkeyError(status, 'SOME_CODE'))
      expect((await client.fetch(path)).status).toBe(status)
      expect(upstream.requests).toHaveLength(2)
    },
  )

  it('a throttled refresh waits for Retry-After, and the secret is not sent meanwhile', async () => {
    const { client, upstream, clock, pass } = createTokenClients()
    await client.getToken()
    upstream.answerNext('refresh_token', quidkeyError(429, 'TOO_MANY', { 'retry-after': '30' }))
    await pass(20 * minute).catch(() => {})
    const retryAt = clock.now() + 30_000
    await expect(client.getToken()).rejects.toMatchObject({ code: 'upstream_throttled', retryAt })
    expect(upstream.count('client_credentials')).toBe(1)
    expect(upstream.isAccepted(await pass(30_000))).toBe(true)
  })

  it('a credentials function is called again once after the credentials are refused', async () => {
    const next =
      (read = 0) =>
      () => ({ clientId, clientSecret: `${clientSecret}${read++}` })
    const credentials = vi.fn<() => { clientId: string; clientSecret: string }>(next())
    const { client, upstream } = createTokenClients({}, { credentials })
    upstream.answerNext('client_credentials', quidkeyError(401, 'UNAUTHORIZED'))
    expect(upstream.isAccepted(await client.getToken())).toBe(true)
    expect(credentials).toHaveBeenCalledTimes(2)
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

describe('a client', () => {
  it('fetch of the OAuth token client rejects for other origins than the API', async () => {
    const { client, upstream } = createTokenClients()
    for (const url of ['https://evil.example/', '//evil.example/x', 'http://core-dev.quidkey.com/'])
      await expect(client.fetch(url)).rejects.toThrow(TypeError)
    expect(upstream.requests).toHaveLength(0)
  })

  it('fetch returns the 401 if the body cannot be sent twice, and replaces the token for the next call', async () => {
    const { client, upstream } = createTokenClients()
    const first = await client.getToken()
    upstream.refuseAccessTokens()
    const init = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit
    expect((await client.fetch(path, init)).status).toBe(401)
    await settle()
    expect(await client.getToken()).not.toBe(first)
    expect(upstream.count('api')).toBe(1)
  })

  it('an abort rejects its caller only', async () => {
    const { client, upstream } = createTokenClients()
    const controller = new AbortController()
    const aborted = client.getToken({ signal: controller.signal })
    const other = client.getToken()
    controller.abort(new Error('left'))
    await expect(aborted).rejects.toThrow('left')
    expect(upstream.isAccepted(await other)).toBe(true)
    expect(upstream.requests).toHaveLength(1)
  })

  it('calls after close reject, and no token is revoked', async () => {
    const { client, upstream } = createTokenClients()
    await client.getToken()
    await client.close()
    await expect(client.getToken()).rejects.toMatchObject({ code: 'closed' })
    await expect(client.fetch(path)).rejects.toMatchObject({ code: 'closed' })
    expect(upstream.requests).toHaveLength(1)
  })

  it('no timer is pending after getToken', async () => {
    const { client, clock } = createTokenClients()
    await client.getToken()
    expect(clock.pending()).toBe(0)
  })

  it('events, errors, the status and the client object contain no secret and no token', async () => {
    const { client, upstream, events, clock, pass } = createTokenClients({ rotates: true })
    const shown: unknown[] = [events]
    const talkative = async (request: Request): Promise<Response> => {
      throw Object.assign(new Error(await request.text()), { headers: request.headers.get('authorization') })
    }
    const echo = async (request: Request): Promise<Response> =>
      Response.json({ success: false, error: { code: await request.text(), message: 'x' } }, { status: 400 })
    for (const answer of [talkative, echo]) {
      upstream.answerNext('client_credentials', answer, answer)
      for (let i = 0; i < 3; i++) {
        shown.push(
          await client.getToken().then(
            () => 'ok',
            (error: unknown) => error,
          ),
        )
        await clock.advance(10 * minute)
      }
      upstream.answerNext('refresh_token', answer)
      upstream.answerNext('api', answer)
      shown.push(
        await pass(14.5 * minute).then(
          () => 'ok',
          (error: unknown) => error,
        ),
      )
      shown.push(
        await client.fetch(path).then(
          () => 'ok',
          (error: unknown) => error,
        ),
      )
      shown.push(client.status())
    }
    const util: string = 'node:util'
    const { inspect } = (await import(util)) as {
      inspect: (value: unknown, options: object) => string
    }
    const text = [...shown, client]
      .map((value) => inspect(value, { depth: Infinity, showHidden: true }))
      .join('\n')
    expect(text).toContain('token-refresh-failed')
    expect(upstream.issued.length).toBeGreaterThan(4)
    for (const secret of [clientSecret, ...upstream.issued]) expect(text).not.toContain(secret)
  })
})

describe('options', () => {
  const good = { dialect: 'quidkey', environment: 'sandbox', credentials: { clientId, clientSecret } }
  it.each([
    [undefined, 'createOAuthTokenClient takes'],
    [{ ...good, dialect: 'oauth1' }, 'dialect'],
    [{ ...good, environment: 'staging' }, 'environment'],
    [{ ...good, environment: { apiUrl: 'http://shop.example' } }, 'environment.apiUrl'],
    [{ ...good, environment: { apiUrl: 'https://a.example', refreshPath: 'x' } }, 'environment.refreshPath'],
    [{ ...good, dialect: 'rfc6749' }, 'environment'],
    [{ ...good, dialect: 'rfc6749', environment: { apiUrl: 'https://a.example' } }, 'environment.tokenPath'],
    [
      {
        ...good,
        dialect: 'rfc6749',
        environment: { apiUrl: 'https://a.example', tokenPath: '/t', authUrl: 'x' },
      },
      'environment.authUrl',
    ],
    [
      {
        ...good,
        dialect: 'rfc6749',
        environment: { apiUrl: 'https://a.example', tokenPath: '/t' },
        scope: '',
      },
      'scope',
    ],
    [{ ...good, credentials: { clientId } }, 'credentials.clientSecret'],
    [{ ...good, name: 'a b' }, 'name'],
    [{ ...good, refreshLifetimeSeconds: 1.5 }, 'refreshLifetimeSeconds'],
    [{ ...good, store: {} }, 'store'],
  ])('createOAuthTokenClient throws for invalid options (%#)', (options, named) => {
    const create = (): unknown => createOAuthTokenClient(options as unknown as OAuthTokenClientOptions)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(named)
    expect(create).not.toThrow(clientSecret)
  })
})
