import { describe, expect, it } from 'vitest'

import { timeoutError } from '../shared/deadline.ts'
import { failure, lostAnswer, readTokenAnswer, readTokenError } from './token-answer.ts'

const now = 1_700_000_000_000

describe('a token', () => {
  const body = {
    access_token: 'sandbox_a',
    token_type: 'bearer',
    expires_in: 86_400,
    scope: 'granted',
  } as const

  it('lives as long, and may do, what the answer says', () => {
    expect(readTokenAnswer(body, now, 'asked', 7)).toEqual({
      ok: true,
      token: 'sandbox_a',
      scope: 'granted',
      requestedAt: now,
      lifetimeMs: 864e5,
      skewMs: 7,
    })
  })

  it('lives an hour and may do what was asked for where the answer says nothing', () => {
    const { access_token, token_type } = body
    expect(readTokenAnswer({ access_token, token_type }, now, 'asked')).toMatchObject({
      ok: true,
      scope: 'asked',
      lifetimeMs: 36e5,
    })
  })

  it('of less than half an hour is none, but it is alive', () => {
    expect(readTokenAnswer({ ...body, expires_in: 1800 }, now, '')).toMatchObject({ ok: true })
    for (const expires_in of [1799, Number.NaN]) {
      const tooShort = { kind: 'limit', code: 'lifetime_too_short', status: 200, lost: true }
      expect(readTokenAnswer({ ...body, expires_in }, now, '')).toEqual({ ok: false, ...tooShort })
    }
  })
})

describe('an error', () => {
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
  ])('%d with %s is %s', (status, error, kind) => {
    const answer = readTokenError(status, JSON.stringify({ error }), new Headers(), now)
    expect(answer).toEqual(failure(kind as 'config', error, { status, retryAfterMs: undefined, lost: false }))
  })

  it('without a code is named by its status, and waits as long as it says', () => {
    const answer = readTokenError(503, '<html>', new Headers({ 'retry-after': '7' }), now)
    expect(answer).toEqual(failure('transient', 'http_503', { status: 503, retryAfterMs: 7000, lost: false }))
  })
})

describe('no answer', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ])('after %s: nothing was sent, so no token was issued', (code) => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code }) })
    expect(lostAnswer(error)).toEqual(failure('transient', code, { lost: false }))
  })

  it.each(['ECONNRESET', 'XECONNREFUSED', 'ECONNREFUSED_LATER'])(
    'after %s: a token may have been issued',
    (code) => {
      expect(lostAnswer({ code })).toEqual(failure('transient', code, { lost: true }))
    },
  )

  it('for whatever reason: a token may have been issued', () => {
    expect(lostAnswer(timeoutError(10_000))).toEqual(failure('transient', 'timeout', { lost: true }))
    expect(lostAnswer(timeoutError(10_000), false)).toEqual(failure('transient', 'timeout', { lost: false }))
    expect(lostAnswer(new Error('?'))).toEqual(failure('transient', 'no_answer', { lost: true }))
  })
})
