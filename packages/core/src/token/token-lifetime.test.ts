import { expect, test } from 'vitest'

import type { ParsedToken } from './session-token.ts'
import { lifetimeOf } from './token-lifetime.ts'

const fallbackMs = 900_000

test.each<[string, Partial<ParsedToken>, number | undefined, number]>([
  ['exp minus iat', { exp: 700, iat: 100 }, undefined, 600_000],
  ['exp minus iat, even if the server’s clock is known', { exp: 700, iat: 100 }, 400_000, 600_000],
  ['exp minus the server’s time', { exp: 700 }, 400_000, 300_000],
  ['at most the fallback', { exp: 7000, iat: 100 }, undefined, fallbackMs],
  ['the fallback if exp is missing', { iat: 100 }, 400_000, fallbackMs],
  ['the fallback if its beginning is unknown', { exp: 700 }, undefined, fallbackMs],
])('without expires_in, the lifetime is %s', (_, times, serverTimeMs, expected) => {
  const token: ParsedToken = { isAuthentication: false, environment: 'sandbox', ...times }
  expect(lifetimeOf(token, serverTimeMs, fallbackMs)).toBe(expected)
})
