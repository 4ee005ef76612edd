import { expect, it } from 'vitest'

import { isSpendable, issuedRefreshToken, usedRefreshToken, type RefreshToken } from './refresh-token.ts'
import { clockSkewMs } from './token-windows.ts'

const now = 1_700_000_000_000
const minute = 60_000
const day = 24 * 60 * minute

it.each([
  [day, 0, 30 * minute],
  [day, 0.5, 33 * minute],
  [20 * minute, 0.5, 11 * minute],
])(
  'for a refresh token of %d ms with a draw of %d, the credentials are used again %d ms before its end',
  (life, jitter, lead) => {
    expect(issuedRefreshToken('secret', now, life, jitter)).toEqual({
      id: expect.any(String),
      token: 'secret',
      obtainedAt: now,
      rotates: null,
      spentUnder: null,
      reauthenticateAt: now + life - lead,
      expiresAt: now + life,
    })
  },
)

const issued: RefreshToken = { ...issuedRefreshToken('secret', now, day, 0), spentUnder: 3 }

it.each([undefined, 'secret'])('a refresh token is kept if its use returns %s', (next) => {
  expect(usedRefreshToken(issued, next)).toEqual({ ...issued, rotates: false, spentUnder: null })
})

it('a refresh token is replaced if its use returns another one, and the end stays', () => {
  const next = usedRefreshToken(issued, 'next')
  expect(next).toEqual({ ...issued, id: expect.any(String), token: 'next', rotates: true, spentUnder: null })
  expect(next.id).not.toBe(issued.id)
})

it.each<[string, Partial<RefreshToken>, boolean]>([
  ['that was never used', {}, true],
  ['that was sent, and may rotate', { spentUnder: 3 }, false],
  ['that was sent, and rotates', { spentUnder: 3, rotates: true }, false],
  ['that was sent, and does not rotate', { spentUnder: 3, rotates: false }, true],
  ['near its end', { reauthenticateAt: now }, false],
  ['not yet near its end', { reauthenticateAt: now + 1 }, true],
  ['of a clock that is a minute ahead', { obtainedAt: now + clockSkewMs }, true],
  ['of the future', { obtainedAt: now + clockSkewMs + 1 }, false],
])('isSpendable decides about a refresh token %s (%#)', (_, given, expected) => {
  expect(isSpendable({ ...issued, spentUnder: null, ...given }, now)).toBe(expected)
})

it('a missing refresh token cannot be sent', () => {
  expect(isSpendable(null, now)).toBe(false)
})
