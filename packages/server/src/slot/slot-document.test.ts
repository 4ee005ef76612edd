import { expect, it } from 'vitest'

import { issuedRefreshToken } from './refresh-token.ts'
import {
  documentTtlMs,
  emptySlot,
  isFromFuture,
  isLeased,
  isUsable,
  longLeaseMs,
  prune,
  type TokenRecord,
} from './slot-document.ts'
import { retired } from './slot-draining.ts'
import { clockSkewMs, tokenWindows } from './token-windows.ts'

const now = 1_700_000_000_000
const hour = 3_600_000
const day = 24 * hour

function token(id: string, obtainedAt = now): TokenRecord {
  const windows = tokenWindows(obtainedAt, day, 0)
  return { id, token: `secret-${id}`, scope: 'pinpad_only', obtainedAt, fence: 1, ...windows }
}

it('a time is in the future if it is more than a minute ahead', () => {
  expect(isFromFuture(now + clockSkewMs, now)).toBe(false)
  expect(isFromFuture(now + clockSkewMs + 1, now)).toBe(true)
})

it('a token from the future is not usable', () => {
  expect(isUsable(token('a', now + clockSkewMs), now)).toBe(true)
  expect(isUsable(token('a', now + clockSkewMs + 1), now)).toBe(false)
  expect(isUsable(null, now)).toBe(false)
})

it('a lease from the future does not count, since the longest lasts half a minute', () => {
  expect(longLeaseMs).toBe(30_000)
  const leased = (until: number): boolean =>
    isLeased({ ...emptySlot, lease: { owner: 'a', fence: 1, until, aliveUntil: until } }, now)
  expect(leased(now)).toBe(false)
  expect(leased(now + 1)).toBe(true)
  expect(leased(now + longLeaseMs + clockSkewMs)).toBe(true)
  expect(leased(now + longLeaseMs + clockSkewMs + 1)).toBe(false)
  expect(isLeased(emptySlot, now)).toBe(false)
})

it('prune removes expired entries', () => {
  const refresh = issuedRefreshToken('secret', now - day, day, 0)
  const old = retired(token('old', now - day), now, 'renewed')
  const doc = { ...emptySlot, refresh, draining: [old], suspects: [{ fence: 1, until: now }] }
  expect(prune(doc, now)).toEqual(emptySlot)
  expect(prune({ ...doc, suspects: [{ fence: 1, until: now }] }, now - 1)).toEqual(doc)
})

it('prune removes mints older than an hour, invalidations older than ten minutes, and those from the future', () => {
  const times = [
    now - hour,
    now - hour + 1,
    now - 600_000,
    now - 599_999,
    now + clockSkewMs,
    now + clockSkewMs + 1,
  ]
  expect(prune({ ...emptySlot, mints: times, invalidations: times }, now)).toEqual({
    ...emptySlot,
    mints: times.slice(1, 5),
    invalidations: times.slice(3, 5),
  })
})

it('prune keeps only the last 800 suspects, so that the document cannot grow without end', () => {
  const suspects = Array.from({ length: 801 }, (_, fence) => ({ fence, until: now + 1 }))
  expect(prune({ ...emptySlot, suspects }, now).suspects).toEqual(suspects.slice(1))
})

it('a document is kept until a day after its last entry expires', () => {
  const refresh = issuedRefreshToken('secret', now, 2 * day, 0)
  const old = retired(token('old', now + day), now, 'renewed')
  expect(documentTtlMs(emptySlot, now)).toBe(day)
  expect(documentTtlMs({ ...emptySlot, current: token('a') }, now)).toBe(2 * day)
  expect(documentTtlMs({ ...emptySlot, refresh }, now)).toBe(3 * day)
  expect(documentTtlMs({ ...emptySlot, current: token('a'), draining: [old] }, now)).toBe(3 * day)
  expect(documentTtlMs({ ...emptySlot, suspects: [{ fence: 1, until: now + hour }] }, now)).toBe(day + hour)
})

it('a frozen document is kept a year longer', () => {
  expect(documentTtlMs({ ...emptySlot, frozen: { reason: 'leak', at: now } }, now)).toBe(366 * day)
})
