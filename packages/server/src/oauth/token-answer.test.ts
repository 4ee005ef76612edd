import { describe, expect, it } from 'vitest'

import { BodyTooLargeError } from '../shared/bounded-body.ts'
import { timeoutError } from '../shared/deadline.ts'
import { ForageServerError } from '../shared/errors.ts'
import { answerWithoutToken, failedRequest, failure, readTokenError, receivedToken } from './token-answer.ts'

const now = 1_700_000_000_000

describe('a received token', () => {
  const grant = { access_token: 'sandbox_a', expires_in: 86_400, scope: 'granted' }

  it('a received token has the lifetime and the scope of the answer', () => {
    expect(receivedToken({ grant, requestedAt: now, skewMs: 7 }, 'requested')).toEqual({
      ok: true,
      token: 'sandbox_a',
      scope: 'granted',
      requestedAt: now,
      lifetimeMs: 864e5,
      skewMs: 7,
    })
  })

  it('a received token has a lifetime of an hour and the requested scope if the answer has neither', () => {
    const { access_token } = grant
    expect(receivedToken({ grant: { access_token }, requestedAt: now }, 'requested')).toMatchObject({
      ok: true,
      scope: 'requested',
      lifetimeMs: 36e5,
    })
  })

  it('a received token that lives less than half an hour is a failure, and is to be revoked', () => {
    const received = (expires_in: number): unknown =>
      receivedToken({ grant: { ...grant, expires_in }, requestedAt: now }, '')
    expect(received(1800)).toMatchObject({ ok: true })
    for (const expires_in of [1799, Number.NaN]) {
      const tooShort = { kind: 'limit', code: 'lifetime_too_short', status: 200, lost: true }
      expect(received(expires_in)).toEqual({ ok: false, ...tooShort, arrived: 'sandbox_a' })
    }
  })

  it.each([1e12, 2 ** 53, 2 ** 63, 1e300])(
    'a received token with a lifetime of %d s is used for a year, since no store can hold that time',
    (expires_in) => {
      const answer = receivedToken({ grant: { ...grant, expires_in }, requestedAt: now }, '')
      expect(answer).toMatchObject({ ok: true, lifetimeMs: 365 * 864e5 })
    },
  )

  it('a received token that cannot be used is a transient failure, and is to be revoked', () => {
    const unusable = { access_token: 'a b', unusable: 'token_malformed' } as const
    expect(receivedToken({ grant: unusable, requestedAt: now }, '')).toEqual({
      ok: false,
      kind: 'transient',
      code: 'token_malformed',
      status: 200,
      lost: true,
      arrived: 'a b',
    })
  })
})

it.each([
  [429, 'invalid_client', 'throttled'],
  [400, 'invalid_client', 'credential'],
  [401, 'anything', 'credential'],
  [400, 'invalid_request', 'limit'],
  [400, 'token_limit_exceeded', 'limit'],
  [400, 'too_many_tokens', 'limit'],
  [400, 'max_tokens_limit', 'limit'],
  [400, 'application_limit', 'limit'],
  [403, 'too_many_access_tokens', 'limit'],
  [503, 'limits_apply', 'limit'],
  [400, 'too_large', 'transient'],
  [400, 'invalid_scope', 'config'],
  [400, 'invalid_grant', 'config'],
  [403, 'unauthorized_client', 'config'],
  [400, 'unsupported_grant_type', 'config'],
  [499, 'invalid_scope', 'config'],
  [500, 'invalid_scope', 'transient'],
  [400, 'never_heard_of', 'transient'],
])('an answer with status %d and code %s is a failure of the class %s', (status, error, kind) => {
  const answer = readTokenError({ status, headers: new Headers() }, JSON.stringify({ error }), now)
  expect(answer).toEqual(failure(kind as 'config', error, { status, retryAfterMs: undefined, lost: false }))
})

it('a failed answer without a code gets its status as the code, and keeps Retry-After', () => {
  const headers = new Headers({ 'retry-after': '7' })
  const answer = readTokenError({ status: 503, headers }, '<html>', now)
  expect(answer).toEqual(failure('transient', 'http_503', { status: 503, retryAfterMs: 7000, lost: false }))
})

it.each([
  [401, '<!DOCTYPE html><h1>Sign in to the network</h1>', 'text/plain'],
  [403, 'Request blocked', 'text/html; charset=utf-8'],
  [404, '<html>', 'text/plain'],
])('a web page with status %d is a transient failure that names the firewall', (status, body, type) => {
  const headers = new Headers({ 'content-type': type })
  expect(readTokenError({ status, headers }, body, now)).toMatchObject({
    kind: 'transient',
    code: 'firewall_page',
    lost: false,
  })
})

it.each([
  ['a maintenance page', '<h1>Back soon</h1>', 'firewall_page'],
  ['an error with status 200', '{"error":"oops"}', 'oops'],
  ['something else', '{}', 'no_token'],
])('%s in place of a token means that no token was issued', (_what, body, code) => {
  const answer = answerWithoutToken({ status: 200, headers: new Headers() }, body)
  expect(answer).toEqual(failure('transient', code, { status: 200, lost: false }))
})

it('a request that was never sent lost no token', () => {
  const cause = Object.assign(new Error('certificate'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
  expect(failedRequest(new TypeError('fetch failed', { cause }), now)).toEqual(
    failure('transient', 'SELF_SIGNED_CERT_IN_CHAIN', { lost: false }),
  )
})

it('a request whose connection broke may have lost a token', () => {
  expect(failedRequest({ code: 'ECONNRESET' }, now)).toEqual(
    failure('transient', 'ECONNRESET', { lost: true }),
  )
})

it('an answer that is too large for a token lost none', () => {
  expect(failedRequest(new BodyTooLargeError('65 KiB'), now)).toEqual(
    failure('transient', 'answer_too_large', { lost: false }),
  )
})

it('a refused redirect lost no token', () => {
  const redirect = (status?: number): ForageServerError =>
    new ForageServerError('upstream_unavailable', 'Redirect', { remedy: 'Check the path.', status })
  expect(failedRequest(redirect(302), now)).toEqual(
    failure('transient', 'http_302', { status: 302, lost: false }),
  )
  expect(failedRequest(redirect(), now)).toEqual(failure('transient', 'redirect', { lost: false }))
})

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
