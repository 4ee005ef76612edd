import { describe, expect, it } from 'vitest'

import {
  emptySlot,
  leaseMs,
  type DrainingToken,
  type SlotDocument,
  type TokenRecord,
} from './slot-document.ts'
import {
  adoptLostMint,
  adoptToken,
  claimDue,
  drain,
  forgetDrained,
  isDue,
  postponeRevocation,
  registerOrphan,
  retired,
  type Adoption,
} from './slot-draining.ts'
import { clockSkewMs, drainMs, tokenWindows } from './token-windows.ts'

const now = 1_700_000_000_000

function token(id: string, obtainedAt = now, fence = 1): TokenRecord {
  const windows = tokenWindows(obtainedAt, 86_400_000, 0)
  return { id, token: `secret-${id}`, scope: 'pinpad_only', obtainedAt, fence, ...windows }
}

function draining(...tokens: DrainingToken[]): SlotDocument {
  return { ...emptySlot, draining: tokens }
}

it('a retired token lives until its session tokens have expired', () => {
  const doc = drain({ ...emptySlot, current: token('a') }, now, 'renewed')
  expect(doc.current).toBeNull()
  expect(doc.draining).toEqual([
    { ...token('a'), why: 'renewed', revokeAfter: now + drainMs, attempts: 0, claim: null },
  ])
})

it('an empty slot has no token to retire', () => {
  expect(drain(emptySlot, now, 'renewed')).toBe(emptySlot)
})

it('an orphan is due at once, counts as a mint, and ends the lease and the suspect of its mint', () => {
  const lease = { owner: 'a', fence: 1, until: now + leaseMs, aliveUntil: now + 86_400_000 }
  const suspects = [1, 2].map((fence) => ({ fence, until: now + 1000 }))
  const before = { ...emptySlot, lease, suspects, mints: [now - 1] }
  expect(registerOrphan(before, now, { token: token('a') })).toEqual({
    doc: {
      ...emptySlot,
      suspects: [suspects[1]],
      draining: [retired(token('a'), now, 'orphan')],
      mints: [now - 1, now],
    },
  })
})

it('an orphan does not end the lease of another instance', () => {
  const lease = { owner: 'b', fence: 2, until: now + leaseMs, aliveUntil: now + 86_400_000 }
  const registered = registerOrphan({ ...emptySlot, lease }, now, { token: token('a') })
  expect(registered).toMatchObject({ doc: { lease } })
})

it('a token minted while the store was down becomes current if there is no current token, and ends the failure', () => {
  const failure = { kind: 'transient', code: 'timeout', count: 1, at: now, nextAttemptAt: now + 1 } as const
  expect(adoptToken({ ...emptySlot, failure }, now, { token: token('a') })).toEqual({
    doc: { ...emptySlot, current: token('a'), mints: [now] },
  })
})

it('a token minted while the store was down becomes current even if others drain', () => {
  const beside = draining(retired(token('old'), now, 'renewed'))
  expect(adoptToken(beside, now, { token: token('a') })).toMatchObject({
    doc: { current: { id: 'a' }, draining: beside.draining },
  })
})

it('a token minted while the store was down replaces one that is no longer usable, which drains', () => {
  const old = token('old', now - 86_400_000 + 1000)
  expect(adoptToken({ ...emptySlot, current: old }, now, { token: token('a') })).toEqual({
    doc: {
      ...emptySlot,
      current: token('a'),
      mints: [now],
      draining: [retired(old, now + drainMs, 'renewed')],
    },
  })
})

it('a token minted while the store was down drains if another one is usable', () => {
  const before = { ...emptySlot, current: token('b'), mints: [now - 1] }
  expect(adoptToken(before, now, { token: token('a') })).toEqual({
    doc: { ...before, mints: [now - 1, now], draining: [retired(token('a'), now + drainMs, 'local')] },
  })
})

it('a token minted while the store was down drains if the API refuses new tokens', () => {
  const failure = { kind: 'rejected', code: 'http_401', count: 1, at: now, nextAttemptAt: now + 1 } as const
  expect(adoptToken({ ...emptySlot, failure }, now, { token: token('a') })).toMatchObject({
    doc: { current: null, failure, draining: [{ id: 'a', why: 'local' }] },
  })
})

it('a token minted while the store was down is due at once if it leaked, or if every token was dropped after its mint', () => {
  const drained = (each: TokenRecord): SlotDocument => ({
    ...draining(retired(each, now, 'compromised')),
    mints: [now],
  })
  const leaked = { token: token('a'), why: 'compromised' as const }
  expect(adoptToken(emptySlot, now, leaked)).toEqual({ doc: drained(token('a')) })
  const compromised = { at: now - 100_000, fence: 5 }
  const cases: [obtainedAt: number, fence: number, isOlder: boolean][] = [
    [now - 100_001, 0, true],
    [now - 40_000, 0, true],
    [now - 39_999, 0, false],
    [now - 39_999, 4, true],
    [now - 100_001, 5, false],
  ]
  for (const [obtainedAt, fence, isOlder] of cases) {
    const away = { ...token('a', obtainedAt), fence }
    const change = adoptToken({ ...emptySlot, compromised }, now, { token: away })
    const expected = isOlder ? { ...drained(away), compromised } : { current: away, draining: [] }
    expect(change).toMatchObject({ doc: expected })
  }
})

it('a token minted by a process that knew of the compromise has not leaked in it', () => {
  const compromised = { at: now, fence: now }
  const own = { ...token('a'), fence: 0 }
  const before = { ...emptySlot, compromised, fence: now + 1 }
  expect(adoptToken(before, now, { token: own })).toMatchObject({ doc: { current: null } })
  expect(adoptToken(before, now, { token: own, knew: now - 1 })).toMatchObject({ doc: { current: null } })
  expect(adoptToken(before, now, { token: own, knew: now })).toMatchObject({
    doc: { current: { ...own, fence: now + 1 } },
  })
})

it('a token minted while the store was down is never used again after the API refused it, or if no caller has it', () => {
  const adopted = (why: Adoption['why']): unknown => adoptToken(emptySlot, now, { token: token('a'), why })
  expect(adopted('invalidated')).toMatchObject({
    doc: { current: null, draining: [retired(token('a'), now + drainMs, 'invalidated')] },
  })
  expect(adopted('orphan')).toMatchObject({
    doc: { current: null, draining: [retired(token('a'), now, 'orphan')] },
  })
})

it('a leaked token whose commit had arrived is due at once', () => {
  const leaked = { token: token('a'), why: 'compromised' as const }
  const due = [retired(token('a'), now, 'compromised')]
  expect(adoptToken({ ...emptySlot, current: token('a') }, now, leaked)).toEqual({ doc: draining(...due) })
  const retiring = draining(retired(token('a'), now + 5000, 'rotated'))
  expect(adoptToken(retiring, now, leaked)).toEqual({ doc: draining(...due) })
})

it('a private token ends the suspect of no other mint', () => {
  const lost = adoptLostMint(emptySlot, now, { until: now + 1000 })
  const suspects = [{ fence: 0, until: now + 1000 }]
  expect(lost).toEqual({ doc: { ...emptySlot, suspects } })
  const own = { ...token('a'), fence: 0 }
  expect(adoptToken({ ...emptySlot, suspects }, now, { token: own })).toMatchObject({ doc: { suspects } })
})

it('a token minted while the store was down is registered once, even if its commit had arrived', () => {
  const asCurrent = { ...emptySlot, current: token('a') }
  expect(adoptToken(asCurrent, now, { token: token('a') })).toEqual({ doc: asCurrent })
  const beside = draining(retired(token('b'), now, 'renewed'), retired(token('a'), now, 'renewed'))
  expect(adoptToken(beside, now, { token: token('a') })).toEqual({ doc: beside })
  const dead = { ...emptySlot, gone: [{ id: 'a', until: now + 1 }] }
  expect(adoptToken(dead, now, { token: token('a') })).toEqual({ doc: dead })
})

describe('revocation', () => {
  const due = retired(token('a', now - 1000), now, 'renewed')

  it('a draining token is due from `revokeAfter` until it expires', () => {
    expect(isDue(due, now - 1)).toBe(false)
    expect(isDue(due, now)).toBe(true)
    expect(isDue(due, due.expiresAt - 1)).toBe(true)
    expect(isDue(due, due.expiresAt)).toBe(false)
  })

  it('a draining token is not due while another instance revokes it, unless that claim is from before the clock was set back', () => {
    const claimed = (until: number): DrainingToken => ({ ...due, claim: { owner: 'b', until } })
    expect(isDue(claimed(now + 1), now)).toBe(false)
    expect(isDue(claimed(now), now)).toBe(true)
    expect(isDue(claimed(now + leaseMs + clockSkewMs), now)).toBe(false)
    expect(isDue(claimed(now + leaseMs + clockSkewMs + 1), now)).toBe(true)
  })

  it('due tokens are claimed ten at a time, and no other tokens', () => {
    const tokens = Array.from({ length: 12 }, (_, i) =>
      retired(token(`t${i}`), now + (i === 0 ? 1 : 0), 'renewed'),
    )
    const claim = { owner: 'a', until: now + leaseMs }
    expect(claimDue(draining(...tokens), now, { owner: 'a' })).toEqual({
      doc: draining(...tokens.map((each, i) => (i >= 1 && i <= 10 ? { ...each, claim } : each))),
    })
  })

  it('an empty slot has nothing to claim', () => {
    expect(claimDue(draining(due), now - 1, { owner: 'a' })).toEqual({ refused: 'nothing-due' })
  })

  it('a dead token is removed by its id, and known as gone until it would have expired', () => {
    const other = retired(token('b'), now, 'renewed')
    const gone = [{ id: 'a', until: due.expiresAt }]
    expect(forgetDrained(draining(due, other), now, { id: 'a' })).toEqual({
      doc: { ...draining(other), gone },
    })
    const before = { ...draining(), gone: [{ id: 'c', until: now }, ...gone] }
    expect(forgetDrained(before, now, { id: 'a' })).toEqual({ doc: { ...draining(), gone } })
  })

  it('the slot remembers the last 200 dead tokens', () => {
    const gone = Array.from({ length: 200 }, (_, i) => ({ id: `t${i}`, until: now + 1 }))
    const next = forgetDrained({ ...draining(due), gone }, now, { id: 'a' })
    expect(next).toEqual({
      doc: { ...draining(), gone: [...gone.slice(1), { id: 'a', until: due.expiresAt }] },
    })
  })

  it('a revocation that failed is postponed, and the next reader may claim it', () => {
    const claimed = { ...due, attempts: 1, claim: { owner: 'a', until: now + 1 } }
    const other = { ...retired(token('b'), now, 'renewed'), claim: { owner: 'b', until: now + 1 } }
    const postponed = postponeRevocation(draining(claimed, other), now, { id: 'a', revokeAfter: now + 5000 })
    expect(postponed).toEqual({
      doc: draining({ ...due, attempts: 2, revokeAfter: now + 5000, claim: null }, other),
    })
  })
})
