import { expect, it } from 'vitest'

import { emptySlot, type SlotDocument } from './slot-document.ts'
import { grantLease, holdsLease, returnLease, revokeLease } from './slot-lease.ts'

const now = 1_700_000_000_000
const abandoned: SlotDocument = {
  ...emptySlot,
  fence: 4,
  lease: { owner: 'b', fence: 4, until: now, aliveUntil: now + 5000 },
  suspects: [{ fence: 2, until: now + 1 }],
}
const suspects = [...abandoned.suspects, { fence: 4, until: now + 5000 }]

it('a lease lasts 15 seconds, and the lifetime of its token counts from its end', () => {
  expect(grantLease(emptySlot, now, { owner: 'a', lifetimeMs: 1000 })).toEqual({
    ...emptySlot,
    fence: now,
    lease: { owner: 'a', fence: now, until: now + 15_000, aliveUntil: now + 16_000 },
  })
})

it('a lease that was never returned leaves a suspect', () => {
  expect(grantLease(abandoned, now, { owner: 'a', lifetimeMs: 1000, forMs: 30_000 })).toEqual({
    ...emptySlot,
    fence: now,
    lease: { owner: 'a', fence: now, until: now + 30_000, aliveUntil: now + 31_000 },
    suspects,
  })
})

it('a revoked lease has no holder, and leaves a suspect', () => {
  expect(holdsLease(abandoned, 4)).toBe(true)
  expect(holdsLease(abandoned, 3)).toBe(false)
  const revoked = revokeLease(abandoned, now)
  expect(revoked).toEqual({ ...emptySlot, fence: now, lease: null, suspects })
  expect(holdsLease(revoked, 4)).toBe(false)
})

it('fences grow even if the clock stands still or was set back', () => {
  const request = { owner: 'a', lifetimeMs: 1000 }
  expect(grantLease({ ...emptySlot, fence: now }, now, request).fence).toBe(now + 1)
  expect(grantLease({ ...emptySlot, fence: now + 5000 }, now, request).fence).toBe(now + 5001)
  expect(revokeLease({ ...emptySlot, fence: now + 5000 }, now).fence).toBe(now + 5001)
})

it('a returned lease leaves no failure and no suspect, and only its holder can return it', () => {
  expect(returnLease(abandoned, now, { fence: 4 })).toEqual({ doc: { ...abandoned, lease: null } })
  expect(returnLease(abandoned, now, { fence: 3 })).toEqual({ refused: 'stale-fence' })
})
