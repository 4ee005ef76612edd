import { describe, expect, it } from 'vitest'

import { timeoutError } from '../shared/deadline.ts'
import { ForageServerError } from '../shared/errors.ts'
import { failedRequest, failure, readTokenError, receivedToken } from './token-answer.ts'

const now = 1_700_000_000_000

describe('a received token', () => {
  const body = {
    access_token: 'sandbox_a',
    token_type: 'bearer',
    expires_in: 86_400,
    scope: 'granted',
  } as const

  it('a received token has the lifetime and the scope of the answer', () => {
    expect(receivedToken({ body, requestedAt: now, skewMs: 7 }, 'requested')).toEqual({
      ok: true,
      token: 'sandbox_a',
      scope: 'granted',
      requestedAt: now,
      lifetimeMs: 864e5,
      skewMs: 7,
    })
  })

  it('a received token has a lifetime of an hour and the requested scope if the answer has neither', () => {
    const { access_token } = body
    expect(receivedToken({ body: { access_token }, requestedAt: now }, 'requested')).toMatchObject({
      ok: true,
      scope: 'requested',
      lifetimeMs: 36e5,
    })
  })

  it('a received token that lives less than half an hour is a failure, and still counts as alive', () => {
    const received = (expires_in: number): unknown =>
      receivedToken({ body: { ...body, expires_in }, requestedAt: now }, '')
    expect(received(1800)).toMatchObject({ ok: true })
    for (const expires_in of [1799, Number.NaN]) {
      const tooShort = { kind: 'limit', code: 'lifetime_too_short', status: 200, lost: true }
      expect(received(expires_in)).toEqual({ ok: false, ...tooShort })
    }
  })
})

it.each([
  [429, 'invalid_client', 'throttled'],
  [400, 'invalid_client', 'credential'],
  [401, 'anything', 'credential'],
  [400, 'invalid_request', 'limit'],
  [400, 'token_limit_exceeded', 'limit'],
  [400, 'too_many_tokens', 'limit'],
  [400, 'invalid_scope', 'config'],
  [400, 'invalid_grant', 'config'],
  [403, 'unauthorized_client', 'config'],
  [400, 'unsupported_grant_type', 'config'],
  [499, 'invalid_scope', 'config'],
  [500, 'invalid_scope', 'transient'],
  [400, 'never_heard_of', 'transient'],
])('an answer with status %d and code %s is a failure of the class %s', (status, error, kind) => {
  const answer = readTokenError(status, JSON.stringify({ error }), new Headers(), now)
  expect(answer).toEqual(failure(kind as 'config', error, { status, retryAfterMs: undefined, lost: false }))
})

it('a failed answer without a code gets its status as the code, and keeps Retry-After', () => {
  const answer = readTokenError(503, '<html>', new Headers({ 'retry-after': '7' }), now)
  expect(answer).toEqual(failure('transient', 'http_503', { status: 503, retryAfterMs: 7000, lost: false }))
})

it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
  'a request that failed with %s lost no token, since it was not sent',
  (code) => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code }) })
    expect(failedRequest(error, now)).toEqual(failure('transient', code, { lost: false }))
  },
)

it.each(['ECONNRESET', 'XECONNREFUSED', 'ECONNREFUSED_LATER'])(
  'a request that failed with %s may have lost a token',
  (code) => {
    expect(failedRequest({ code }, now)).toEqual(failure('transient', code, { lost: true }))
  },
)

it('a request that ended with a timeout or an unknown error may have lost a token, but only if it was sent', () => {
  const timeout = timeoutError(10_000)
  expect(failedRequest(timeout, now)).toEqual(failure('transient', 'timeout', { lost: true }))
  expect(failedRequest(timeout, now, false)).toEqual(failure('transient', 'timeout', { lost: false }))
  expect(failedRequest(new Error('?'), now)).toEqual(failure('transient', 'no_answer', { lost: true }))
})

it('a token request that our own limit refused is throttled until its turn, and lost no token', () => {
  const error = new ForageServerError('upstream_throttled', 'Used up', {
    remedy: 'Wait.',
    retryAt: now + 7000,
  })
  expect(failedRequest(error, now)).toEqual(
    failure('throttled', 'upstream_limit', { retryAfterMs: 7000, lost: false }),
  )
})
