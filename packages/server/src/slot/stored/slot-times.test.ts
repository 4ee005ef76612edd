import { expect, it } from 'vitest'

import { never } from '../failure-policy.ts'
import { issuedRefreshToken } from '../refresh-token.ts'
import { emptySlot, type SlotDocument, type TokenRecord } from '../slot-document.ts'
import { retired } from '../slot-draining.ts'
import { tokenWindows } from '../token-windows.ts'
import { shiftTimes } from './slot-times.ts'

/** Returns a document in which every field is set, `at` being the origin of all times. */
function full(at: number): SlotDocument {
  const current: TokenRecord = {
    id: 't',
    token: 'secret',
    scope: 's',
    obtainedAt: at,
    fence: 3,
    ...tokenWindows(at, 86_400_000, 0),
  }
  const refresh = { ...issuedRefreshToken('r', at, 86_400_000, 0), id: 'r' }
  const claim = { owner: 'a', until: at + 4 }
  return {
    v: 1,
    fence: 7,
    lease: { owner: 'a', fence: 7, until: at + 1, aliveUntil: at + 2 },
    current,
    refresh,
    draining: [{ ...retired(current, at + 3, 'renewed'), attempts: 2, claim }],
    suspects: [{ fence: 5, until: at + 5 }],
    failure: { kind: 'transient', code: 'x', count: 4, at: at + 6, nextAttemptAt: at + 7, status: 503 },
    mints: [at + 8, at + 9],
    invalidations: [at + 10],
    acceptedAt: at + 11,
    unopened: { id: 't', at: at + 12 },
    frozen: { reason: 'because', at: at + 13 },
    thawedAt: at + 14,
    compromised: { at: at + 15, fence: 6 },
    gone: [{ id: 'g', until: at + 16 }],
    lostUntil: at + 17,
  }
}

it('every time of a document moves, and nothing else does', () => {
  expect(Object.keys(full(0)).toSorted()).toEqual(Object.keys(emptySlot).toSorted())
  expect(shiftTimes(full(1_000_000), 500)).toEqual(full(1_000_500))
  expect(shiftTimes(shiftTimes(full(1_000_000), 500), -500)).toEqual(full(1_000_000))
  expect(shiftTimes(emptySlot, 500)).toEqual(emptySlot)
})

it('a time that never comes stays so', () => {
  expect(shiftTimes({ nextAttemptAt: never }, -500)).toEqual({ nextAttemptAt: never })
})

it('the input of a transition moves in the same way, and durations stay', () => {
  const input = { fence: 3, token: { expiresAt: 10 }, suspectUntil: 20, lifetimeMs: 30, forMs: 40, id: 'a' }
  expect(shiftTimes(input, 5)).toEqual({ ...input, token: { expiresAt: 15 }, suspectUntil: 25 })
  expect(shiftTimes(undefined, 5)).toBeUndefined()
})
