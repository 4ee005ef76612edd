import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  clientId,
  clientSecret,
  createUpstream,
  oauthError,
  revokedTokens,
  revokePath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const day = 24 * 60 * 60 * 1000

describe('the request for an authentication token', () => {
  it('the token request sends the scope, the lifetime and form-encoded Basic credentials', async () => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    const [request] = upstream.requests
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'pinpad_only',
      expiration_time: '604800',
    })
    expect(request!.headers.get('content-type')).toContain('application/x-www-form-urlencoded')
    const [id, secret] = atob(request!.headers.get('authorization')!.replace('Basic ', '')).split(':')
    expect(decodeURIComponent(id!)).toBe(clientId)
    expect(decodeURIComponent(secret!)).toBe(clientSecret)
    expect(secret).not.toContain('%+')
    expect(request!.init).toMatchObject({ redirect: 'manual', cache: 'no-store' })
  })

  it('`clientAuth` sends the credentials raw or in the body', async () => {
    const raw = createFixture({ clientAuth: 'basic-raw' })
    await raw.forage.pool('web').getToken()
    expect(raw.upstream.requests[0]!.headers.get('authorization')).toBe(
      `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
    )

    const post = createFixture({ clientAuth: 'post' })
    await post.forage.pool('web').getToken()
    expect(post.upstream.requests[0]!.headers.has('authorization')).toBe(false)
    expect(new URLSearchParams(post.upstream.requests[0]!.body).get('client_secret')).toBe(clientSecret)
  })

  it('the lifetime of a token comes from `expires_in`, a number or a string, and not from the request', async () => {
    for (const expiresIn of [36_000, '36000']) {
      const { forage, clock } = createFixture({}, createUpstream({ expiresIn }))
      const startedAt = clock.now()
      await forage.pool('web').getToken()
      expect(forage.pool('web').status()).toMatchObject({ state: 'ready', expiresAt: startedAt + 36_000_000 })
    }
  })

  it('the lifetime of a token counts from the time of its request', async () => {
    const { forage, upstream, clock } = createFixture()
    const sentAt = clock.now()
    upstream.answerNext(tokenPath, async () => {
      await clock.advance(5000)
      return Response.json({ access_token: 'sandbox_slow', token_type: 'bearer', expires_in: 86_400 })
    })
    await forage.pool('web').getToken()
    expect(forage.pool('web').status()).toMatchObject({ expiresAt: sentAt + day })
  })

  it('a missing `expires_in`, or null, counts as one hour, and a token that lives too short is revoked', async () => {
    for (const expiresIn of [undefined, null]) {
      const missing = createFixture({}, createUpstream({ expiresIn }))
      await missing.forage.pool('web').getToken()
      const expiresAt = missing.clock.now() + 3_600_000
      expect(missing.forage.pool('web').status()).toMatchObject({ expiresAt })
    }

    for (const expiresIn of [0, -1, 60, 'soon']) {
      const { forage, upstream, clock } = createFixture({}, createUpstream({ expiresIn }))
      const error = await rejection(forage.pool('web').getToken())
      expect(error.retryAt).toBeGreaterThan(clock.now())
      await rejection(forage.pool('web').getToken())
      expect(upstream.count(tokenPath), `expires_in ${expiresIn}`).toBe(1)
      expect(revokedTokens(upstream)).toEqual(upstream.issued)
      expect(forage.pool('web').status().unknown).toBe(0)
    }
  })
})

describe('a token that arrived', () => {
  const token = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'

  it.each<[string, object, ResponseInit?]>([
    ['a status of 201', { token_type: 'bearer', expires_in: 86_400 }, { status: 201 }],
    ['no token_type', { expires_in: 86_400 }],
    ['nulls', { token_type: null, expires_in: null, scope: null, refresh_token: null, id_token: null }],
    ['another media type', { expires_in: 86_400 }, { headers: { 'content-type': 'text/plain' } }],
    ['a scope that is not text', { expires_in: 86_400, scope: ['pinpad_only'] }],
    ['BEARER in capitals', { token_type: 'BEARER', expires_in: 86_400 }],
  ])('a token in an answer with %s is used', async (_what, members, init) => {
    const { forage, upstream } = createFixture()
    upstream.answerNext(
      tokenPath,
      new Response(JSON.stringify({ access_token: token, ...members }), {
        headers: { 'content-type': 'application/json' },
        ...init,
      }),
    )
    expect(await forage.pool('web').getToken()).toBe(token)
    expect(upstream.count(revokePath)).toBe(0)
  })

  it.each([
    ['of another type', { access_token: token, token_type: 'mac' }],
    ['with a line break', { access_token: `${token}\n` }],
    ['with a space', { access_token: `${token} x` }],
    ['with a letter that no header can carry', { access_token: `${token}ł` }],
  ])('a token %s is never adopted, and is revoked', async (_what, answer) => {
    const { forage, upstream } = createFixture()
    upstream.answerNext(tokenPath, Response.json({ expires_in: 86_400, token_type: 'bearer', ...answer }))
    expect((await rejection(forage.pool('web').getToken())).code).toBe('upstream_unavailable')
    expect(revokedTokens(upstream)).toEqual([answer.access_token])
    expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 0 })
  })

  it('a token that cannot be used, and whose revocation fails, may be alive', async () => {
    const { forage, upstream } = createFixture()
    upstream.answerNext(tokenPath, Response.json({ access_token: 'a b' }))
    upstream.answerNext(revokePath, new Response('', { status: 503 }))
    await rejection(forage.pool('web').getToken())
    expect(forage.pool('web').status().unknown).toBe(1)
  })
})

describe('a token endpoint that fails', () => {
  it('all waiting callers get the same typed error, and the next request waits for the back-off', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, new Response('<html>', { status: 503 }))
    const waiters = Array.from({ length: 100 }, () => rejection(forage.mintSessionToken({ merchantAccount })))
    for (const error of await Promise.all(waiters)) expect(error.code).toBe('upstream_unavailable')
    const error = await rejection(forage.pool('web').getToken())
    expect(error).toMatchObject({ retryable: true, retryAt: clock.now() + 3000 })
    expect(upstream.count(tokenPath)).toBe(1)
    await clock.advance(3000)
    await expect(forage.pool('web').getToken()).resolves.toMatch(/^sandbox_/)
  })

  it('after a 429, the next token request waits for `Retry-After`, or a minute without it', async () => {
    for (const [headers, waitMs] of [
      [{ 'retry-after': '7' }, 7000],
      [{}, 60_000],
    ] as const) {
      const { forage, upstream, clock } = createFixture()
      upstream.answerNext(tokenPath, new Response('', { status: 429, headers }))
      const error = await rejection(forage.pool('web').getToken())
      expect(error).toMatchObject({ code: 'upstream_throttled', retryAt: clock.now() + waitMs })
    }
  })

  it('`invalid_client` becomes credentials_rejected and is remembered for 30 to 60 seconds', async () => {
    const { forage, upstream, clock } = createFixture()
    const challenge = { 'www-authenticate': 'Bearer error="invalid_client"' }
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client', challenge))
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'credentials_rejected', status: 401, retryAt: clock.now() + 45_000 })
    expect(error.remedy).toContain('clientSecret')
    await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(upstream.count(tokenPath)).toBe(1)
    expect(forage.health().ready).toBe(false)
  })

  it('after `invalid_client`, a credentials function is called again and the request is retried once', async () => {
    const answers = [
      { clientId: 'old', clientSecret: 'a' },
      { clientId: 'new', clientSecret: 'b' },
    ]
    let reads = 0
    const { forage, upstream } = createFixture({ credentials: async () => answers[Math.min(reads++, 1)]! })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    await forage.pool('web').getToken()
    expect(reads).toBe(2)
    expect(upstream.requests[1]!.headers.get('authorization')).toBe(`Basic ${btoa('new:b')}`)
  })

  it('after `invalid_client`, unchanged credentials are not sent again', async () => {
    const credentials = { clientId, clientSecret }
    const { forage, upstream } = createFixture({ credentials: async () => ({ ...credentials }) })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    expect((await rejection(forage.pool('web').getToken())).code).toBe('credentials_rejected')
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a token request with an invalid scope is never repeated', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, oauthError(400, 'invalid_scope'))
    const error = await rejection(forage.pool('web').getToken())
    expect(error).toMatchObject({ code: 'not_configured', retryable: false })
    await clock.advance(30 * day)
    await rejection(forage.pool('web').getToken())
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a token request without an answer fails after 10 seconds', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, () => new Promise(() => {}))
    const waiting = rejection(forage.pool('web').getToken())
    while (upstream.count(tokenPath) === 0) await settle()
    await clock.advance(10_000)
    expect((await waiting).message).toContain('timeout')
  })

  it('a token answer is refused if it is larger than 64 KiB, HTML, an error with status 200, or of another token type', async () => {
    const huge = JSON.stringify({ access_token: 'x'.repeat(70_000), token_type: 'bearer' })
    const odd = { access_token: 'sandbox_x', token_type: 'mac', expires_in: 86_400 }
    const answers = [new Response(huge), new Response('<html>'), oauthError(200, 'oops'), Response.json(odd)]
    for (const answer of answers) {
      const { forage, upstream } = createFixture()
      upstream.answerNext(tokenPath, answer)
      expect((await rejection(forage.pool('web').getToken())).code).toBe('upstream_unavailable')
    }
  })
})
