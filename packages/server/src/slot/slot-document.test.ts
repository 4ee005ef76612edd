import { describe, expect, it } from 'vitest'

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

describe('what is from the future', () => {
  it('is more than a minute ahead of us', () => {
    expect(isFromFuture(now + clockSkewMs, now)).toBe(false)
    expect(isFromFuture(now + clockSkewMs + 1, now)).toBe(true)
  })

  it('is no usable token', () => {
    expect(isUsable(token('a', now + clockSkewMs), now)).toBe(true)
    expect(isUsable(token('a', now + clockSkewMs + 1), now)).toBe(false)
    expect(isUsable(null, now)).toBe(false)
  })

  it('is no lease: the longest lasts half a minute', () => {
    expect(longLeaseMs).toBe(30_000)
    const leased = (until: number): boolean =>
      isLeased({ ...emptySlot, lease: { owner: 'a', fence: 1, until, aliveUntil: until } }, now)
    expect(leased(now)).toBe(false)
    expect(leased(now + 1)).toBe(true)
    expect(leased(now + longLeaseMs + clockSkewMs)).toBe(true)
    expect(leased(now + longLeaseMs + clockSkewMs + 1)).toBe(false)
    expect(isLeased(emptySlot, now)).toBe(false)
  })
})

describe('pruned is', () => {
  it('what has expired', () => {
    const refresh = issuedRefreshToken('secret', now - day, day, 0)
    const old = retired(token('old', now - day), now, 'renewed')
    const doc = { ...emptySlot, refresh, draining: [old], suspects: [{ fence: 1, until: now }] }
    expect(prune(doc, now)).toEqual(emptySlot)
    expect(prune({ ...doc, suspects: [{ fence: 1, until: now }] }, now - 1)).toEqual(doc)
  })

  it('the mints of more than an hour ago, the refusals of more than ten minutes, and those of the future', () => {
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

  it('what would grow without end: of suspects the last 800 tell as much as all', () => {
    const suspects = Array.from({ length: 801 }, (_, fence) => ({ fence, until: now + 1 }))
    expect(prune({ ...emptySlot, suspects }, now).suspects).toEqual(suspects.slice(1))
  })
})

describe('a document is kept for a day', () => {
  it('after the last thing in it has expired', () => {
    const refresh = issuedRefreshToken('secret', now, 2 * day, 0)
    const old = retired(token('old', now + day), now, 'renewed')
    expect(documentTtlMs(emptySlot, now)).toBe(day)
    expect(documentTtlMs({ ...emptySlot, current: token('a') }, now)).toBe(2 * day)
    expect(documentTtlMs({ ...emptySlot, refresh }, now)).toBe(3 * day)
    expect(documentTtlMs({ ...emptySlot, current: token('a'), draining: [old] }, now)).toBe(3 * day)
    expect(documentTtlMs({ ...emptySlot, suspects: [{ fence: 1, until: now + hour }] }, now)).toBe(day + hour)
  })

  it('and a year, if it is frozen', () => {
    expect(documentTtlMs({ ...emptySlot, frozen: { reason: 'leak', at: now } }, now)).toBe(366 * day)
  })
})
