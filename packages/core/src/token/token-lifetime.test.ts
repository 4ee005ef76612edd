import { expect, test } from 'vitest'

import type { ParsedToken } from './session-token.ts'
import { lifetimeOf } from './token-lifetime.ts'

const fallbackMs = 900_000

test.each<[string, Partial<ParsedToken>, number | undefined, number]>([
  ['its own times', { exp: 700, iat: 100 }, undefined, 600_000],
  ['its own beginning before the server’s clock', { exp: 700, iat: 100 }, 400_000, 600_000],
  ['its end by the server’s clock', { exp: 700 }, 400_000, 300_000],
  ['at most the fallback', { exp: 7000, iat: 100 }, undefined, fallbackMs],
  ['the fallback without an end', { iat: 100 }, 400_000, fallbackMs],
  ['the fallback without a beginning', { exp: 700 }, undefined, fallbackMs],
])('a token lives by %s', (_, times, serverTimeMs, expected) => {
  const token: ParsedToken = { kind: 'session', environment: 'sandbox', ...times }
  expect(lifetimeOf(token, serverTimeMs, fallbackMs)).toBe(expected)
})
