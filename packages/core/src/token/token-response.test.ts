import { describe, expect, test } from 'vitest'

import type { ForageSessionError } from '../shared/errors.ts'
import { dateOf, grant, readTokenAnswer, retryAtOf, type TokenRules } from './token-response.ts'

const rules: TokenRules = {
  environment: 'sandbox',
  allowAuthenticationToken: false,
  fallbackLifetimeMs: 900_000,
}
const now = 1_000_000

async function refusalOf(answer: Response): Promise<ForageSessionError> {
  return await readTokenAnswer(answer, rules, now).then(
    () => expect.unreachable(),
    (error: unknown) => error as ForageSessionError,
  )
}

/** A response that no constructor creates. */
function answered(status: number, facts: Partial<Response> = {}): Response {
  const properties = { status, ok: false, ...facts }
  const response = new Response()
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(response, name, { value })
  return response
}

describe('an authentication token', () => {
  const secret = 'uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
  const development = { ...rules, environment: undefined, allowAuthenticationToken: true }

  test('an authentication token is accepted in development, if that is allowed', () => {
    expect(grant(`sandbox_${secret}`, undefined, development).value).toBe(`sandbox_${secret}`)
    expect(() => grant(`sandbox_${secret}`, undefined, rules)).toThrow(
      expect.objectContaining({ code: 'token_wrong_kind' }),
    )
  })

  test.each([
    ['with the prefix of production', 'prod', undefined],
    ['with an unknown prefix, in production', 'live', 'production'],
  ] as const)('an authentication token %s is never accepted', (_, prefix, environment) => {
    expect(() => grant(`${prefix}_${secret}`, undefined, { ...development, environment })).toThrow(
      expect.objectContaining({ code: 'token_wrong_kind' }),
    )
  })
})

test('the error about another environment names only the prefix of the token', () => {
  expect(() => grant('prod_secret', undefined, rules)).toThrow(
    expect.objectContaining({
      code: 'token_environment_mismatch',
      message: expect.stringMatching(/^The token has the prefix "prod"(?!.*secret)/),
    }),
  )
})

test.each([
  ['token', { token: 'sandbox_a', access_token: 'sandbox_b' }, 'sandbox_a'],
  ['access_token', { access_token: 'sandbox_b' }, 'sandbox_b'],
  ['a plain string', 'sandbox_c', 'sandbox_c'],
])('the token is read from %s', (_, body, value) => {
  expect(grant(body, undefined, rules)).toEqual({
    value,
    lifetimeMs: 900_000,
    hasLifetime: false,
    ignored: undefined,
  })
})

describe('a response without a token', () => {
  test.each([
    ['300', answered(300), 'endpoint_redirected'],
    ['399', answered(399), 'endpoint_redirected'],
    ['a redirect that is not followed', answered(0, { type: 'opaqueredirect' }), 'endpoint_redirected'],
    ['no status', answered(0, { type: 'error' }), 'endpoint_failed'],
    ['400', answered(400), 'endpoint_failed'],
    ['401', answered(401), 'endpoint_rejected'],
    ['403', answered(403), 'endpoint_rejected'],
    ['404', answered(404), 'endpoint_not_found'],
    ['405', answered(405), 'endpoint_not_found'],
    ['410', answered(410), 'endpoint_not_found'],
    ['429', answered(429), 'endpoint_rate_limited'],
    ['500', answered(500), 'endpoint_failed'],
  ])('a response with %s has its own error code', async (_, answer, code) => {
    const { status } = answer
    expect(await refusalOf(answer)).toMatchObject({
      code,
      status,
      message: expect.stringContaining(`${status}`),
    })
  })

  test.each([
    [400, true],
    [401, false],
    [429, true],
    [499, true],
    [500, true],
  ])('the error of a response with status %d is retryable: %s', async (status, retryable) => {
    expect((await refusalOf(answered(status))).retryable).toBe(retryable)
  })

  test.each([
    [429, now + 7000],
    [503, now + 7000],
    [500, undefined],
  ])('the error of a response with status %d has the retryAt %s', async (status, retryAt) => {
    const answer = new Response(null, { status, headers: { 'Retry-After': '7' } })
    expect((await refusalOf(answer)).retryAt).toBe(retryAt)
  })

  test.each([
    ['forbidden', /authorize/],
    ['origin_denied', /origins/],
    ['merchant_invalid', /merchant account/],
    ['not_configured', /credentials/],
  ])('the problem %s of @forage-session/server is named and has its own remedy', async (code, remedy) => {
    const error = await refusalOf(Response.json({ code }, { status: 403 }))
    expect(error.message).toContain(`The merchant endpoint returned 403 (${code}).`)
    expect(error.remedy).toMatch(remedy)
  })

  test('an unknown problem code is not repeated in the message', async () => {
    const error = await refusalOf(Response.json({ code: 'sandbox_secret' }, { status: 403 }))
    expect(error.message).toContain('The merchant endpoint returned 403.')
    expect(error.message).not.toContain('sandbox_secret')
  })

  test('a response that is not JSON is named by its content type', async () => {
    const error = await refusalOf(new Response('<html>', { headers: { 'Content-Type': 'text/html' } }))
    expect(error.code).toBe('endpoint_not_json')
    expect(error.message).toContain('(text/html)')
  })
})

const date = 'Wed, 25 Nov 2026 10:00:00 GMT'
const later = 'Wed, 25 Nov 2026 10:00:30 GMT'

test.each<[string, Record<string, string>, number | undefined]>([
  ['no value', {}, undefined],
  ['seconds', { 'Retry-After': '40' }, now + 40_000],
  ['a date, by the server’s clock', { 'Retry-After': later, Date: date }, now + 30_000],
  ['a date without the server’s clock, for at most 5 minutes', { 'Retry-After': later }, now + 300_000],
  ['another kind of date', { 'Retry-After': '2026-11-25T10:00:30Z', Date: date }, now + 30_000],
  ['no number and no date', { 'Retry-After': 'soon' }, undefined],
  ['seconds and more', { 'Retry-After': 'in 40 s' }, undefined],
])('Retry-After is read with %s', (_, headers, expected) => {
  expect(retryAtOf(new Headers(headers), now)).toBe(expected)
})

test('a Date header that cannot be read is ignored', () => {
  expect(dateOf(new Headers({ Date: date }))).toBe(Date.parse(date))
  expect(dateOf(new Headers({ Date: 'today' }))).toBeUndefined()
  expect(dateOf(new Headers())).toBeUndefined()
})
