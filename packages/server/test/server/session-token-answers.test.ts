import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { forageError, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'

const second = 1000
const minute = 60 * second
const html = { 'content-type': 'text/html' }

/** Returns a connection that breaks like this in Node.js. */
function broken(code: string): () => Promise<Response> {
  const cause = Object.assign(new Error('read'), { code })
  return () => Promise.reject(new TypeError('fetch failed', { cause }))
}

describe("Forage's answer to the request for a session token", () => {
  it.each([
    [() => forageError(400, 'invalid_merchant_account'), 'merchant_invalid'],
    [() => forageError(401, 'missing_merchant_account'), 'merchant_invalid'],
    [() => forageError(403, 'forbidden'), 'not_configured'],
    [() => forageError(404, 'resource_not_found'), 'not_configured'],
    [() => forageError(429, 'too_many_requests'), 'upstream_throttled'],
    [() => new Response('<html>', { status: 502 }), 'upstream_unavailable'],
    [() => new Response('<html>'), 'upstream_unavailable'],
    [() => Response.json({ token: '' }), 'upstream_unavailable'],
    [() => Response.json({ token: null }), 'upstream_unavailable'],
    [() => Response.json({ token: 'a b' }), 'upstream_unavailable'],
    [() => Response.json({ token: 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD' }), 'not_configured'],
    [() => Response.json({ token: 'PROD_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD' }), 'not_configured'],
  ])(
    'mintSessionToken turns the answer %s into %s and keeps the authentication token',
    async (answer, code) => {
      const { forage, upstream, clock } = createFixture()
      upstream.answerNext(sessionTokenPath, answer())
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({ code })
      await clock.advance(minute)
      await forage.mintSessionToken({ merchantAccount })
      expect(upstream.count(tokenPath)).toBe(1)
    },
  )

  it.each([
    [403, '<h1>Request blocked</h1>', html],
    [404, 'Not found', {}],
    [408, '<h1>Request Timeout</h1>', html],
    [421, 'Misdirected', {}],
    [423, '{"errors":[{"code":"resource_locked"}]}', {}],
    [425, 'Too Early', {}],
    [400, '{"errors":[{"code":"never_heard_of"}]}', {}],
    [403, '{"detail":"You do not have permission."}', {}],
  ])('a %i with %s passes: the error is retryable and has a time', async (status, body, headers) => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, new Response(body, { status, headers }))
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryable: true, status })
    expect(error.retryAt).toBe(clock.now() + 5 * second)
  })

  it.each([200, 403, 503])(
    'a web page in place of an answer with status %i is named, if it is not an outage',
    async (status) => {
      const { forage, upstream } = createFixture()
      upstream.answerNext(sessionTokenPath, new Response('<!doctype html><p>Blocked', { status }))
      const { message, remedy } = await rejection(forage.mintSessionToken({ merchantAccount }))
      expect(/web page/.test(message)).toBe(status !== 503)
      expect(/firewall/.test(message)).toBe(status !== 503)
      expect(/stands between/.test(remedy)).toBe(status !== 503)
    },
  )

  it('an answer with the authentication token itself never becomes a session token, whatever its shape', async () => {
    const { forage, upstream } = createFixture()
    upstream.answerNext(tokenPath, Response.json({ access_token: 'odd.shape', expires_in: 604_800 }))
    upstream.answerNext(sessionTokenPath, Response.json({ token: 'odd.shape' }))
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error.code).toBe('not_configured')
    expect(JSON.stringify(error)).not.toContain('odd.shape')
  })

  it('a session token keeps its padding, and members that are null count as absent', async () => {
    const { forage, upstream } = createFixture()
    const token = 'dev_eyJhIjogMSwgInNrIjogIk92Y25aNTI5QjJuZ0p2N0pZN2laeHc9PSJ9==.aHe7Tw.c2lnbmF0dXJl'
    upstream.answerNext(
      sessionTokenPath,
      Response.json({ token, expires_in: null, error: null }, { status: 201 }),
    )
    expect((await forage.mintSessionToken({ merchantAccount })).token).toBe(token)
  })
})

describe('a connection that breaks without an answer', () => {
  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])(
    'after %s, the request for a session token is sent one more time',
    async (code) => {
      const { forage, upstream } = createFixture()
      upstream.answerNext(sessionTokenPath, broken(code))
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      expect(upstream.count(sessionTokenPath)).toBe(2)
    },
  )

  it('the request is sent twice at most, and not again after another failure', async () => {
    for (const [answers, sent] of [
      [[broken('ECONNRESET'), broken('ECONNRESET')], 2],
      [[broken('ECONNREFUSED')], 1],
      [[new Response('', { status: 502 })], 1],
    ] as const) {
      const { forage, upstream } = createFixture()
      upstream.answerNext(sessionTokenPath, ...answers)
      const error = await rejection(forage.mintSessionToken({ merchantAccount }))
      expect(error.code).toBe('upstream_unavailable')
      expect(upstream.count(sessionTokenPath)).toBe(sent)
    }
  })

  it('after an abort, the request is not sent again', async () => {
    const { forage, upstream } = createFixture()
    const controller = new AbortController()
    upstream.answerNext(sessionTokenPath, async () => {
      controller.abort(new Error('gone'))
      return broken('ECONNRESET')()
    })
    const minting = forage.mintSessionToken({ merchantAccount, signal: controller.signal })
    await expect(minting).rejects.toThrow('gone')
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })
})
