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

/** An answer that no constructor makes. */
function answered(status: number, facts: Partial<Response> = {}): Response {
  const properties = { status, ok: false, ...facts }
  const response = new Response()
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(response, name, { value })
  return response
}

describe('an authentication token', () => {
  const secret = 'uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
  const development = { ...rules, environment: undefined, allowAuthenticationToken: true }

  test('is taken in development, if it is allowed', () => {
    expect(grant(`sandbox_${secret}`, undefined, development).value).toBe(`sandbox_${secret}`)
    expect(() => grant(`sandbox_${secret}`, undefined, rules)).toThrow(
      expect.objectContaining({ code: 'token_wrong_kind' }),
    )
  })

  test.each([
    ['of the production’s own prefix', 'prod', undefined],
    ['of a prefix that nobody knows, in production', 'live', 'production'],
  ] as const)('%s is never taken', (_, prefix, environment) => {
    expect(() => grant(`${prefix}_${secret}`, undefined, { ...development, environment })).toThrow(
      expect.objectContaining({ code: 'token_wrong_kind' }),
    )
  })
})

test('a token of another environment is named by its prefix only', () => {
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
  ['itself', 'sandbox_c', 'sandbox_c'],
])('the token is found in %s', (_, body, value) => {
  expect(grant(body, undefined, rules)).toEqual({ value, lifetimeMs: 900_000, tellsLifetime: false })
})

describe('an answer without a token', () => {
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
  ])('%s has its code', async (_, answer, code) => {
    const { status } = answer
    expect(await refusalOf(answer)).toMatchObject({
      code,
      status,
      message: expect.stringContaining(`${status}`),
    })
  })

  test.each([
    [400, false],
    [429, true],
    [499, false],
    [500, true],
  ])('%d may be tried again: %s', async (status, retryable) => {
    expect((await refusalOf(answered(status))).retryable).toBe(retryable)
  })

  test.each([
    [429, now + 7000],
    [503, now + 7000],
    [500, undefined],
  ])('%d waits until %s', async (status, retryAt) => {
    const answer = new Response(null, { status, headers: { 'Retry-After': '7' } })
    expect((await refusalOf(answer)).retryAt).toBe(retryAt)
  })

  test.each([
    ['forbidden', /authorize/],
    ['origin_denied', /origins/],
    ['merchant_invalid', /merchant account/],
    ['not_configured', /credentials/],
  ])('a problem of our own server, %s, is named and says what to do', async (code, remedy) => {
    const error = await refusalOf(Response.json({ code }, { status: 403 }))
    expect(error.message).toContain(`The merchant endpoint returned 403 (${code}).`)
    expect(error.remedy).toMatch(remedy)
  })

  test('another’s code is not repeated: it may be anything', async () => {
    const error = await refusalOf(Response.json({ code: 'sandbox_secret' }, { status: 403 }))
    expect(error.message).toContain('The merchant endpoint returned 403.')
    expect(error.message).not.toContain('sandbox_secret')
  })

  test('what is no JSON is named by its type', async () => {
    const error = await refusalOf(new Response('<html>', { headers: { 'Content-Type': 'text/html' } }))
    expect(error.code).toBe('endpoint_not_json')
    expect(error.message).toContain('(text/html)')
  })
})

const date = 'Wed, 25 Nov 2026 10:00:00 GMT'
const later = 'Wed, 25 Nov 2026 10:00:30 GMT'

test.each<[string, Record<string, string>, number | undefined]>([
  ['nothing', {}, undefined],
  ['seconds', { 'Retry-After': '40' }, now + 40_000],
  ['a date, by the server’s clock', { 'Retry-After': later, Date: date }, now + 30_000],
  ['a date, by ours where the server tells none', { 'Retry-After': later }, Date.parse(later)],
  ['another kind of date', { 'Retry-After': '2026-11-25T10:00:30Z', Date: date }, now + 30_000],
  ['no sense', { 'Retry-After': 'soon' }, undefined],
  ['seconds and more', { 'Retry-After': 'in 40 s' }, undefined],
])('Retry-After with %s', (_, headers, expected) => {
  expect(retryAtOf(new Headers(headers), now)).toBe(expected)
})

test('a Date that cannot be read is none', () => {
  expect(dateOf(new Headers({ Date: date }))).toBe(Date.parse(date))
  expect(dateOf(new Headers({ Date: 'today' }))).toBeUndefined()
  expect(dateOf(new Headers())).toBeUndefined()
})
