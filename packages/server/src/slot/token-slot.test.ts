import fc from 'fast-check'
import { expect, it } from 'vitest'

import { decide } from './slot-decision.ts'
import {
  emptySlot,
  isUsable,
  leaseMs,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
  type Transition,
} from './slot-document.ts'
import { forgetDrained, registerOrphan } from './slot-draining.ts'
import { acquireLease, commitToken, invalidateToken, recordFailure, rejectToken } from './token-slot.ts'
import { tokenWindows } from './token-windows.ts'

const lifetimeMs = 86_400_000

function token(id: string, obtainedAt: number, fence = 0): TokenRecord {
  return {
    id,
    token: `secret-${id}`,
    scope: 'pinpad_only',
    obtainedAt,
    fence,
    ...tokenWindows(obtainedAt, lifetimeMs, 0.5),
  }
}

function failure(now: number, waitMs: number): SlotFailure {
  return { kind: 'throttled', code: 'http_429', count: 1, at: now, nextAttemptAt: now + waitMs }
}

function rejection(now: number): SlotFailure {
  return { ...failure(now, 45_000), kind: 'rejected', code: 'rejected_repeatedly', status: 401 }
}

/** A step of an instance. Fences may be stale and ids may be unknown. */
type Step = { after: number } & (
  | { do: 'acquire' }
  | { do: 'commit' | 'fail'; fenceAge: number }
  | { do: 'invalidate' | 'reject' | 'forget'; which: number }
)

const after = fc.oneof(fc.nat(2000), fc.nat(60_000), fc.nat(lifetimeMs))
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('acquire' as const), after }),
  fc.record({ do: fc.constantFrom('commit' as const, 'fail' as const), fenceAge: fc.nat(2), after }),
  fc.record({ do: fc.constantFrom('invalidate', 'reject', 'forget'), which: fc.nat(5), after }),
) as fc.Arbitrary<Step>

interface World {
  doc: SlotDocument
  now: number
  minted: TokenRecord[]
  revoked: Set<string>
}

interface Taken {
  before: SlotDocument
  transition: Transition
  step: Step
  world: World
}

function apply(world: World, taken: Step): Transition {
  const { doc, now, minted } = world
  switch (taken.do) {
    case 'acquire':
      return acquireLease(doc, now, { owner: `owner-${now}`, lifetimeMs })
    case 'commit': {
      const fence = doc.fence - taken.fenceAge
      const fresh = token(`t${minted.length}`, now, fence)
      minted.push(fresh)
      const commit = commitToken(doc, now, { fence, token: fresh })
      return 'refused' in commit ? registerOrphan(doc, now, { token: fresh }) : commit
    }
    case 'fail':
      return recordFailure(doc, now, { fence: doc.fence - taken.fenceAge, failure: failure(now, 1000) })
    case 'invalidate':
      return invalidateToken(doc, now, { id: `t${taken.which}`, failure: rejection(now) })
    case 'reject':
      return rejectToken(doc, now, { id: `t${taken.which}`, failure: failure(now, 1000) })
    case 'forget': {
      const drained = doc.draining[taken.which]
      if (drained) world.revoked.add(drained.id)
      return forgetDrained(doc, now, { id: drained?.id ?? 'none' })
    }
  }
}

function run(steps: Step[], check: (taken: Taken) => void): void {
  const world: World = { doc: emptySlot, now: 1_700_000_000_000, minted: [], revoked: new Set() }
  for (const taken of steps) {
    world.now += taken.after
    const before = world.doc
    const transition = apply(world, taken)
    if ('doc' in transition) world.doc = transition.doc
    check({ before, transition, step: taken, world })
  }
}

function expectInAllRuns(check: (taken: Taken) => void): void {
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => run(steps, check)))
}

it('a slot gives every lease a higher fence than all before it', () => {
  expectInAllRuns(({ before, step: taken, transition }) => {
    if (!('doc' in transition)) return
    expect(transition.doc.fence > before.fence).toBe(taken.do === 'acquire')
    expect(transition.doc.fence).toBeGreaterThanOrEqual(before.fence)
  })
})

it('a slot never grants a lease while another one runs', () => {
  expectInAllRuns(({ before, step: taken, transition, world }) => {
    if (taken.do !== 'acquire' || !before.lease || world.now >= before.lease.until) return
    expect(transition).toEqual({ refused: 'leased' })
  })
})

it('a slot makes a token current only under the lease of its mint', () => {
  expectInAllRuns(({ before, step: taken, world }) => {
    if (taken.do !== 'commit') return
    const mine = world.minted.at(-1)!
    expect(world.doc.current?.id === mine.id).toBe(before.lease?.fence === mine.fence)
  })
})

it('a slot loses no token that may be alive', () => {
  expectInAllRuns(({ world: { doc, now, minted, revoked } }) => {
    const known = new Set([doc.current?.id, ...doc.draining.map(({ id }) => id), ...revoked])
    const lost = minted.filter(({ id, expiresAt }) => !known.has(id) && now < expiresAt)
    expect(lost).toEqual([])
  })
})

it('a slot removes no draining token before it is revoked or expires', () => {
  expectInAllRuns(({ before, world: { doc, now, revoked } }) => {
    const kept = new Set(doc.draining.map(({ id }) => id))
    for (const { id, expiresAt } of before.draining) {
      expect(kept.has(id) || revoked.has(id) || expiresAt <= now).toBe(true)
    }
  })
})

it('a slot invalidates only the current token, by its id', () => {
  expectInAllRuns(({ before, step: taken, transition }) => {
    if (taken.do !== 'invalidate' || before.current?.id === `t${taken.which}`) return
    expect(transition).toEqual({ refused: 'not-current' })
  })
})

it('a slot survives JSON and keeps the fields of a later version', () => {
  expectInAllRuns(({ world }) => {
    expect(JSON.parse(JSON.stringify(world.doc))).toEqual(world.doc)
  })
  const later = { ...emptySlot, sealedWith: 'k2' }
  const leased = acquireLease(later, 1000, { owner: 'a', lifetimeMs })
  expect(leased).toMatchObject({ doc: { sealedWith: 'k2' } })
})

it('a slot serves no token that expires before its session token', () => {
  expectInAllRuns(({ world: { doc, now } }) => {
    const decision = decide(doc, now)
    const leftMs = decision.do === 'serve' ? decision.token.expiresAt - now : Infinity
    expect(leftMs).toBeGreaterThan(900_000 + 60_000)
  })
})

it('the lease of an instance that died is taken over after 15 seconds, and its late commit is refused', () => {
  const first = acquireLease(emptySlot, 0, { owner: 'a', lifetimeMs }) as { doc: SlotDocument }
  expect(acquireLease(first.doc, leaseMs - 1, { owner: 'b', lifetimeMs })).toEqual({ refused: 'leased' })
  const second = acquireLease(first.doc, leaseMs, { owner: 'b', lifetimeMs }) as { doc: SlotDocument }
  const late = commitToken(second.doc, leaseMs, { fence: first.doc.fence, token: token('late', 0, 1) })
  expect(late).toEqual({ refused: 'stale-fence' })
})

it('a lease makes other instances wait, or serve a usable token', () => {
  const leased = acquireLease(emptySlot, 0, { owner: 'a', lifetimeMs }) as { doc: SlotDocument }
  expect(decide(leased.doc, 1)).toEqual({ do: 'wait' })
  const usable = token('t', 0)
  expect(decide({ ...leased.doc, current: usable }, 1)).toEqual({
    do: 'serve',
    token: usable,
    renew: false,
  })
})

it('a failed renewal stops no caller while the token is usable', () => {
  const current = token('t', 0)
  const doc = { ...emptySlot, current, failure: failure(current.advisoryAt, 60_000) }
  expect(decide(doc, current.advisoryAt + 1)).toEqual({ do: 'serve', token: current, renew: false })
  expect(decide(doc, current.advisoryAt + 60_000)).toEqual({ do: 'serve', token: current, renew: true })
})

it('a transient failure is tried again within 10 seconds if callers wait', () => {
  const long: SlotFailure = { ...failure(0, 300_000), kind: 'transient' }
  const doc = { ...emptySlot, failure: long }
  expect(decide(doc, 9_999)).toEqual({ do: 'fail', failure: { ...long, nextAttemptAt: 10_000 } })
  expect(decide(doc, 10_000)).toEqual({ do: 'mint' })
})

it('a transient failure is not tried again before the time that the server named', () => {
  const named: SlotFailure = { ...failure(0, 300_000), kind: 'transient', byServer: true }
  const doc = { ...emptySlot, failure: named }
  expect(decide(doc, 299_999)).toEqual({ do: 'fail', failure: named })
  expect(decide(doc, 300_000)).toEqual({ do: 'mint' })
})

it('a lease to renew a token is granted only if no other usable one arrived since the caller read the slot', () => {
  const [old, renewed] = [token('old', 0), token('new', 1)]
  const lease = (current: TokenRecord | null, seen: string | null, now = 2): Transition =>
    acquireLease({ ...emptySlot, current }, now, { owner: 'a', lifetimeMs, seen })
  expect(lease(null, null)).toHaveProperty('doc')
  expect(lease(old, 'old')).toHaveProperty('doc')
  expect(lease(renewed, 'old')).toEqual({ refused: 'renewed' })
  expect(lease(renewed, null)).toEqual({ refused: 'renewed' })
  expect(lease(renewed, 'old', renewed.mandatoryAt)).toHaveProperty('doc')
  // A rotation replaces whatever token is there.
  expect(acquireLease({ ...emptySlot, current: renewed }, 2, { owner: 'a', lifetimeMs })).toHaveProperty(
    'doc',
  )
})

it('an instance that cannot mint waits for the others, serves their token, or fails for its own reason', () => {
  const own: SlotFailure = { ...failure(0, 30_000), kind: 'credential', code: 'invalid_client' }
  expect(decide(emptySlot, 1, own)).toEqual({ do: 'fail', failure: own })
  const leased = acquireLease(emptySlot, 0, { owner: 'b', lifetimeMs }) as { doc: SlotDocument }
  expect(decide(leased.doc, 1, own)).toEqual({ do: 'wait' })
  const current = token('t', 0)
  expect(decide({ ...emptySlot, current }, current.advisoryAt, own)).toEqual({
    do: 'serve',
    token: current,
    renew: false,
  })
})

it('a token that the API refuses stops all instances, usable or not, and then one instance probes for all', () => {
  const rejected: SlotFailure = { ...failure(20_000, 30_000), kind: 'rejected' }
  const doc = { ...emptySlot, current: token('t', 0), failure: rejected }
  expect(decide(doc, 49_999)).toEqual({ do: 'fail', failure: rejected })
  expect(decide(doc, 50_000).do).toBe('mint')
  const probing = acquireLease(doc, 50_000, { owner: 'a', lifetimeMs }) as { doc: SlotDocument }
  expect(decide(probing.doc, 50_001).do).toBe('wait')
  expect(acquireLease(probing.doc, 50_001, { owner: 'b', lifetimeMs })).toEqual({ refused: 'leased' })
})

it('the budget is 20 mints of one pool in an hour', () => {
  const doc = { ...emptySlot, mints: Array.from({ length: 20 }, (_, i) => i * 1000) }
  expect(acquireLease(doc, 3_599_999, { owner: 'a', lifetimeMs })).toEqual({ refused: 'over-budget' })
  expect(decide(doc, 3_599_999)).toMatchObject({ do: 'fail', failure: { kind: 'limit' } })
  expect(acquireLease(doc, 3_600_000, { owner: 'a', lifetimeMs })).toHaveProperty('doc')
})

it('the budget counts mints whose answer was lost, and near the limit it is one mint per hour', () => {
  const suspects = Array.from({ length: 800 }, () => ({ fence: 0, until: 4_000_000 }))
  const doc = { ...emptySlot, suspects }
  expect(acquireLease(doc, 1000, { owner: 'a', lifetimeMs })).toHaveProperty('doc')
  expect(acquireLease({ ...doc, mints: [0] }, 1000, { owner: 'a', lifetimeMs })).toEqual({
    refused: 'over-budget',
  })
  expect(acquireLease({ ...doc, mints: [0] }, 3_600_000, { owner: 'a', lifetimeMs })).toHaveProperty('doc')
  expect(acquireLease({ ...doc, mints: [3_900_000] }, 4_000_000, { owner: 'a', lifetimeMs })).toHaveProperty(
    'doc',
  )
})

it('the advisory point is 10 % of the lifetime before the end, 1 to 12 hours, with a stored jitter', () => {
  const hours = (lifetimeDays: number, jitter: number): number => {
    const { expiresAt, advisoryAt } = tokenWindows(0, lifetimeDays * 86_400_000, jitter)
    return (expiresAt - advisoryAt) / 3_600_000
  }
  expect(hours(1, 0)).toBeCloseTo(2.4)
  expect(hours(7, 0)).toBe(12)
  expect(hours(30, 0.999)).toBeCloseTo(15, 1)
})

it('a token is no longer used 975 seconds before it expires', () => {
  const subject = token('t', 0)
  expect(isUsable(subject, subject.expiresAt - 975_001)).toBe(true)
  expect(isUsable(subject, subject.expiresAt - 975_000)).toBe(false)
})
