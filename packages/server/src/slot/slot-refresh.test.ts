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

it('a refresh token is marked with the lease it is sent under, before it is sent', () => {
  expect(spendRefreshToken(doc, now, { fence: 3, id: refresh.id })).toEqual({
    doc: { ...doc, refresh: { ...refresh, spentUnder: 3 } },
  })
})

it('is not sent by who was overtaken, nor when another one is there', () => {
  const refused = { refused: 'stale-fence' }
  expect(spendRefreshToken(doc, now, { fence: 2, id: refresh.id })).toEqual(refused)
  expect(spendRefreshToken(doc, now, { fence: 3, id: 'another' })).toEqual(refused)
  expect(spendRefreshToken({ ...doc, refresh: null }, now, { fence: 3, id: refresh.id })).toEqual(refused)
})

it('one that was refused is dropped, but not by who was overtaken', () => {
  expect(dropRefreshToken(doc, now, { fence: 3 })).toEqual({ doc: { ...doc, refresh: null } })
  expect(dropRefreshToken(doc, now, { fence: 2 })).toEqual({ refused: 'stale-fence' })
})

it('an access token that the API refused takes the refresh token with it', () => {
  expect(invalidateFamily(doc, now, { id: 'a' })).toEqual({
    doc: {
      ...doc,
      current: null,
      refresh: null,
      draining: [retired(current, now + drainMs, 'invalidated')],
    },
  })
})

it('an older one takes nothing with it', () => {
  expect(invalidateFamily(doc, now, { id: 'b' })).toEqual({ refused: 'not-current' })
  expect(invalidateFamily(emptySlot, now, { id: 'a' })).toEqual({ refused: 'not-current' })
})
