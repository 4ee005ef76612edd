import { expect, it } from 'vitest'

import { accessTokenWindows } from '../token-client/access-token-windows.ts'
import { drainMs, tokenWindows } from './token-windows.ts'

const minute = 60_000
const hour = 60 * minute

it('a retired token lives 16.5 minutes: 30 s in memory, 15 minutes of its session token, and a minute of clock skew', () => {
  expect(drainMs).toBe(16.5 * minute)
})

it.each([
  [24 * hour, 0, 2.4 * hour],
  [24 * hour, 0.5, 2.7 * hour],
  [240 * hour, 0, 12 * hour],
  [5 * hour, 0, hour],
  [hour, 0.5, 0.5 * hour],
])(
  'an authentication token of %d ms with a draw of %d is renewed %d ms before its end',
  (life, jitter, lead) => {
    const windows = tokenWindows(1000, life, jitter)
    expect(windows).toEqual({
      expiresAt: 1000 + life,
      advisoryAt: 1000 + life - lead,
      mandatoryAt: 1000 + life - 16.25 * minute,
    })
  },
)

it('a token that lives shorter than a session token is mandatory to replace from the beginning', () => {
  expect(tokenWindows(1000, 10 * minute, 0).mandatoryAt).toBe(1000)
})

it.each([
  [15 * minute, 0, 5 * minute, minute],
  [15 * minute, 0.5, 5.5 * minute, minute],
  [2 * minute, 0.5, minute, 0.5 * minute],
])(
  'an access token of %d ms with a draw of %d is renewed %d ms before its end',
  (life, jitter, lead, last) => {
    expect(accessTokenWindows(1000, life, jitter)).toEqual({
      expiresAt: 1000 + life,
      advisoryAt: 1000 + life - lead,
      mandatoryAt: 1000 + life - last,
    })
  },
)

it('the two points in the life of a token are whole milliseconds', () => {
  expect(tokenWindows(0, 24 * hour, 1 / 3).advisoryAt % 1).toBe(0)
  expect(accessTokenWindows(0, 100_001, 1 / 3).advisoryAt % 1).toBe(0)
  expect(accessTokenWindows(0, 100_001, 1 / 3).mandatoryAt % 1).toBe(0)
})
