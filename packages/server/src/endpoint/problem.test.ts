import { expect, it } from 'vitest'

import type { ProblemCode, ForageServerErrorCode } from '../shared/codes.ts'
import { ForageServerError } from '../shared/errors.ts'
import { problemAnswer } from './answer.ts'
import { problemOf, wholeSeconds } from './problem.ts'

const now = 1_700_000_000_000

it.each<[ProblemCode, number]>([
  ['unauthorized', 401],
  ['forbidden', 403],
  ['origin_denied', 403],
  ['method_not_allowed', 405],
  ['unsupported_media_type', 415],
  ['payload_too_large', 413],
  ['rate_limited', 429],
  ['merchant_invalid', 502],
  ['upstream_throttled', 503],
  ['upstream_unavailable', 503],
  ['not_configured', 500],
])('%s is a problem document with status %d', (code, status) => {
  const answer = problemAnswer({ code, detail: 'why' })
  expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' } })
  expect(JSON.parse(answer.body as string)).toEqual({
    type: `urn:forage-session:problem:${code}`,
    title: expect.stringMatching(/\w/),
    status,
    detail: 'why',
    code,
  })
  expect(Object.hasOwn(answer.headers, 'www-authenticate')).toBe(code === 'unauthorized')
  expect(answer.headers).not.toHaveProperty('retry-after')
})

it('a problem has Retry-After if it may pass, and a challenge if the customer is signed out', () => {
  expect(problemAnswer({ code: 'rate_limited', detail: '', retryAfterSeconds: 7 }).headers).toMatchObject({
    'retry-after': '7',
  })
  expect(problemAnswer({ code: 'unauthorized', detail: '' }).headers).toMatchObject({
    'www-authenticate': 'Session',
  })
})

it.each<[ForageServerErrorCode, ProblemCode, number | undefined]>([
  ['merchant_invalid', 'merchant_invalid', undefined],
  ['not_configured', 'not_configured', undefined],
  ['credentials_rejected', 'not_configured', undefined],
  ['upstream_throttled', 'upstream_throttled', 7],
  ['upstream_unavailable', 'upstream_unavailable', 7],
  ['token_limit', 'upstream_unavailable', 7],
  ['frozen', 'upstream_unavailable', 30],
])('a mint that failed with %s is %s for the browser', (code, problem, retryAfterSeconds) => {
  const error = new ForageServerError(code, 'secret', {
    remedy: 'Fix it.',
    retryAt: code === 'frozen' ? undefined : now + 6001,
  })
  expect(problemOf(error, now)).toMatchObject({ code: problem })
  expect(problemOf(error, now).retryAfterSeconds).toBe(retryAfterSeconds)
  expect(problemOf(error, now).detail).toMatch(code === 'merchant_invalid' ? /^Fix it\.$/ : /\w/)
})

it.each([
  new Error('secret'),
  Object.assign(new Error('secret'), { code: 'frozen' }),
  'secret',
  undefined,
  null,
])('any other error is the server’s fault, and the problem does not name it: %s', (error) => {
  expect(problemOf(error, now)).toEqual({
    code: 'upstream_unavailable',
    detail: 'An unexpected error on this server',
    retryAfterSeconds: 1,
  })
})

it('wholeSeconds rounds up, and returns at least 1', () => {
  expect([-5, 0, 1, 1000, 1001].map(wholeSeconds)).toEqual([1, 1, 1, 1, 2])
})
