import { expect, test } from 'vitest'

import { parseSessionToken } from './session-token.ts'
import { lifetimeOf } from './token-lifetime.ts'
import { grant } from './token-response.ts'

/** The three shapes that Forage publishes, copied exactly. */
const published = {
  /** docs.joinforage.app/reference/initialize-forage-js: a JWT with `a` and `exp`, without `iat`. */
  withoutIat:
    'sandbox_eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ.7KLvDpM9WHRD4pKCYr0rOy2kM0hVf3bwtZEAOZJrJ1w',
  /** docs.joinforage.app, Authenticate with Forage: a JWT with `sub`, `name` and `iat`, without `exp`. */
  withoutExp:
    'sandbox_eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  /** teamforage/forage-android-sdk 4.2.2, MOCK_SESSION_TOKEN: json.timestamp.mac, not a JWT. */
  signed: `mock_${btoa('{"a": 2474444, "sk": "OvcnZ529B2ngJv7JY7iZxw==", "t": 42}')}.aHe7Tw.${'A'.repeat(43)}`,
  /** docs.joinforage.app, Authenticate with Forage: an authentication token. */
  authentication: 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD',
}

test('the published JWT without iat is read', () => {
  const token = parseSessionToken(published.withoutIat)
  expect(token).toEqual({ isAuthentication: false, environment: 'sandbox', exp: 1676986835 })
})

test('the published JWT without exp is read', () => {
  const token = parseSessionToken(published.withoutExp)
  expect(token).toEqual({ isAuthentication: false, environment: 'sandbox', iat: 1516239022 })
})

test('the published signed blob is an opaque session token', () => {
  expect(parseSessionToken(published.signed)).toEqual({ isAuthentication: false, environment: 'mock' })
})

test('the published authentication token is recognized', () => {
  expect(parseSessionToken(published.authentication)).toEqual({
    isAuthentication: true,
    environment: 'sandbox',
  })
})

test.each([
  'dev_sessionToken1234',
  'staging_newToken456',
  'sandbox_abcd123',
  'AbCaccesstokenXyz',
  'live_x.y',
])('the token %s keeps its prefix and works without claims', (token) => {
  const prefix = token.includes('_') ? token.split('_')[0]! : undefined
  expect(parseSessionToken(token)).toEqual({ isAuthentication: false, environment: prefix })
})

test('the text before the first underscore is not part of the JWT', () => {
  const jwt = `e30.${btoa(JSON.stringify({ exp: 2000 }))}.mac`
  expect(parseSessionToken(`v1.eu_${jwt}`)).toEqual({
    isAuthentication: false,
    environment: 'v1.eu',
    exp: 2000,
  })
  expect(parseSessionToken(`_${jwt}`)).toEqual({ isAuthentication: false, environment: undefined, exp: 2000 })
})

test('a token with more than one underscore is not an authentication token', () => {
  expect(parseSessionToken(`sandbox_x_${'A'.repeat(30)}`)).toMatchObject({ isAuthentication: false })
})

test.each(['', 'sandbox_a b', 'sandbox_a\r\nX-Evil: 1', 'sandbox_ä'])(
  'the value %j is refused, because no header can carry it',
  (token) => {
    expect(parseSessionToken(token)).toBeUndefined()
  },
)

test.each([
  ['exp − iat', { exp: 2000, iat: 1400 }, 600_000],
  ['exp − iat, at most the fallback', { exp: 100_000, iat: 1400 }, 900_000],
  ['exp − the server’s own time', { exp: 2000, serverTimeMs: 1_700_000 }, 300_000],
  ['the fallback for exp alone', { exp: 2000 }, 900_000],
  ['the fallback for a token without claims', {}, 900_000],
])(
  'the lifetime of a token is %s',
  (_, { exp, iat, serverTimeMs }: Partial<Record<string, number>>, expected) => {
    const token = { isAuthentication: false, environment: undefined, exp, iat }
    expect(lifetimeOf(token, serverTimeMs, 900_000)).toBe(expected)
  },
)

test('the lifetime of a token is expires_in first of all, even above the fallback', () => {
  const token = `sandbox_e30.${btoa(JSON.stringify({ exp: 2000, iat: 1400 }))}.mac`
  const rules = { environment: undefined, allowAuthenticationToken: false, fallbackLifetimeMs: 900_000 }
  expect(grant({ token }, undefined, rules).lifetimeMs).toBe(600_000)
  expect(grant({ token, expires_in: 1200 }, undefined, rules).lifetimeMs).toBe(1_200_000)
})
