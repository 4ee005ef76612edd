import { expect, it } from 'vitest'

import { issuedRefreshToken } from './refresh-token.ts'
import { emptySlot, leaseMs, type SlotDocument, type TokenRecord } from './slot-document.ts'
import { retired } from './slot-draining.ts'
import { dropRefreshToken, invalidateFamily, spendRefreshToken } from './slot-refresh.ts'
import { drainMs, tokenWindows } from './token-windows.ts'

const now = 1_700_000_000_000
const refresh = issuedRefreshToken('secret-refresh', now, 86_400_000, 0)
const current: TokenRecord = {
  id: 'a',
  token: 'secret-a',
  scope: '',
  obtainedAt: now,
  fence: 3,
  ...tokenWindows(now, 864e5, 0),
}
const lease = { owner: 'a', fence: 3, until: now + leaseMs, aliveUntil: now + 86_400_000 }
const doc: SlotDocument = { ...emptySlot, fence: 3, lease, refresh, current }

it('a refresh token is marked with its lease before it is sent', () => {
  expect(spendRefreshToken(doc, now, { fence: 3, id: refresh.id })).toEqual({
    doc: { ...doc, refresh: { ...refresh, spentUnder: 3 } },
  })
})

it('a refresh token is not sent by an instance without the lease, or after it was replaced', () => {
  const refused = { refused: 'stale-fence' }
  expect(spendRefreshToken(doc, now, { fence: 2, id: refresh.id })).toEqual(refused)
  expect(spendRefreshToken(doc, now, { fence: 3, id: 'another' })).toEqual(refused)
  expect(spendRefreshToken({ ...doc, refresh: null }, now, { fence: 3, id: refresh.id })).toEqual(refused)
})

it('a refused refresh token is dropped, but not by an instance without the lease', () => {
  expect(dropRefreshToken(doc, now, { fence: 3 })).toEqual({ doc: { ...doc, refresh: null } })
  expect(dropRefreshToken(doc, now, { fence: 2 })).toEqual({ refused: 'stale-fence' })
})

it('an access token that the API refused is dropped with its refresh token', () => {
  expect(invalidateFamily(doc, now, { id: 'a' })).toEqual({
    doc: {
      ...doc,
      current: null,
      refresh: null,
      draining: [retired(current, now + drainMs, 'invalidated')],
    },
  })
})

it('an older access token that the API refused drops nothing', () => {
  expect(invalidateFamily(doc, now, { id: 'b' })).toEqual({ refused: 'not-current' })
  expect(invalidateFamily(emptySlot, now, { id: 'a' })).toEqual({ refused: 'not-current' })
})
