import { describe, expect, it } from 'vitest'

import { never } from './failure-policy.ts'
import { issuedRefreshToken } from './refresh-token.ts'
import { decide, refusalFailure } from './slot-decision.ts'
import {
  emptySlot,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
  type Transition,
} from './slot-document.ts'
import { retired } from './slot-draining.ts'
import {
  acceptToken,
  acquireLease,
  commitToken,
  invalidateToken,
  isYoung,
  recordAcceptance,
  recordFailure,
  rejectMint,
  rejectToken,
  youngMs,
} from './token-slot.ts'
import { drainMs, tokenWindows } from './token-windows.ts'

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

describe('a commit', () => {
  const now = 100_000
  const lease = { owner: 'a', fence: 1, until: now + 1000, aliveUntil: now + lifetimeMs }
  const leased: SlotDocument = { ...emptySlot, fence: 1, lease, failure: failure(0, 1000) }
  const fresh = token('fresh', now, 1)
  const refresh = issuedRefreshToken('secret', now, lifetimeMs, 0)

  it('a commit makes the token current, returns the lease, ends the failure, and counts as a mint', () => {
    expect(commitToken(leased, now, { fence: 1, token: fresh })).toEqual({
      doc: { ...leased, lease: null, failure: null, current: fresh, mints: [now] },
    })
  })

  it('a commit lets the token before it drain, as renewed or rotated', () => {
    const before = { ...leased, current: token('old', 0) }
    for (const why of ['renewed', 'rotated'] as const) {
      expect(commitToken(before, now, { fence: 1, token: fresh, why })).toMatchObject({
        doc: { current: fresh, draining: [{ id: 'old', why, revokeAfter: now + drainMs }] },
      })
    }
  })

  it('a commit is a renewal by default', () => {
    const before = { ...leased, current: token('old', 0) }
    expect(commitToken(before, now, { fence: 1, token: fresh })).toMatchObject({
      doc: { draining: [{ why: 'renewed' }] },
    })
  })

  it('a commit that is repeated after a lost answer changes nothing', () => {
    const done = { ...emptySlot, fence: 1, current: fresh }
    expect(commitToken(done, now, { fence: 1, token: fresh })).toEqual({ doc: done })
  })

  it('a commit of a refreshed token is not a mint, and keeps the refresh token unless it has another one or null', () => {
    const before = { ...leased, refresh, mints: [now - 1] }
    const refreshed: TokenRecord = { ...fresh, grant: 'refresh_token' }
    const kept = commitToken(before, now, { fence: 1, token: refreshed })
    expect(kept).toMatchObject({ doc: { refresh, mints: [now - 1] } })
    const next = { ...refresh, id: 'next' }
    expect(commitToken(before, now, { fence: 1, token: refreshed, refresh: next })).toMatchObject({
      doc: { refresh: next },
    })
    expect(commitToken(before, now, { fence: 1, token: refreshed, refresh: null })).toMatchObject({
      doc: { refresh: null },
    })
  })

  it.each<[string, (doc: SlotDocument, fence: number) => Transition]>([
    ['a failure', (doc, fence) => recordFailure(doc, now, { fence, failure: failure(now, 1000) })],
    ['an acceptance', (doc, fence) => acceptToken(doc, now, { fence })],
    [
      'a rejected mint',
      (doc, fence) => rejectMint(doc, now, { fence, token: fresh, failure: rejection(now) }),
    ],
  ])('%s is refused without the lease', (_, change) => {
    expect(change(leased, 0)).toEqual({ refused: 'stale-fence' })
    expect(change(leased, 1)).toMatchObject({ doc: { lease: null } })
  })

  it('a recorded failure adds a suspect if a token may be alive', () => {
    const next = failure(now, 1000)
    expect(recordFailure(leased, now, { fence: 1, failure: next })).toEqual({
      doc: { ...leased, lease: null, failure: next },
    })
    expect(recordFailure(leased, now, { fence: 1, failure: next, suspectUntil: now + 5 })).toEqual({
      doc: { ...leased, lease: null, failure: next, suspects: [{ fence: 1, until: now + 5 }] },
    })
  })

  it('a mint that the API refuses makes its token due at once', () => {
    const rejected = rejection(now)
    expect(rejectMint(leased, now, { fence: 1, token: fresh, failure: rejected })).toEqual({
      doc: {
        ...leased,
        lease: null,
        failure: rejected,
        mints: [now],
        draining: [retired(fresh, now, 'orphan')],
      },
    })
  })

  it('an acceptance ends the failure', () => {
    const before = { ...leased, current: fresh }
    expect(acceptToken(before, now, { fence: 1 })).toEqual({ doc: { ...before, lease: null, failure: null } })
  })
})

describe('a token that the API refuses', () => {
  const now = 10_000_000
  const old: SlotDocument = { ...emptySlot, current: token('t', now - youngMs) }
  const stop = rejection(now)

  it('a token that the API refuses is invalidated, unless it is younger than ten seconds', () => {
    expect(invalidateToken(old, now, { id: 't', failure: stop })).toMatchObject({
      doc: {
        current: null,
        invalidations: [now],
        failure: null,
        draining: [{ why: 'invalidated' }],
      },
    })
    expect(invalidateToken(old, now - 1, { id: 't', failure: stop })).toEqual({ refused: 'too-young' })
  })

  it('a refused token of any age is invalidated if there is a refresh token', () => {
    const refresh = issuedRefreshToken('secret', now, lifetimeMs, 0)
    expect(invalidateToken({ ...old, refresh }, now - 1, { id: 't', failure: stop })).toHaveProperty('doc')
  })

  it('the third refused token within ten minutes stops all instances', () => {
    const before = (first: number): SlotDocument => ({ ...old, invalidations: [first, now - 1] })
    const drop = { id: 't', failure: stop, isProbed: true }
    expect(invalidateToken(before(now - 599_999), now, drop)).toMatchObject({
      doc: { failure: stop, invalidations: [now - 599_999, now - 1, now] },
    })
    expect(invalidateToken(before(now - 600_000), now, drop)).toMatchObject({
      doc: { failure: null, invalidations: [now - 1, now] },
    })
  })

  it('a second refused token within ten minutes, or a 401 that was about something else, needs a probe first', () => {
    const drop = { id: 't', failure: stop }
    for (const [recent, past] of [
      [{ invalidations: [now - 599_999] }, { invalidations: [now - 600_000] }],
      [{ acceptedAt: now - 599_999 }, { acceptedAt: now - 600_000 }],
    ]) {
      expect(invalidateToken({ ...old, ...recent }, now, drop)).toEqual({ refused: 'probe-first' })
      expect(invalidateToken({ ...old, ...recent }, now, { ...drop, isProbed: true })).toHaveProperty('doc')
      expect(invalidateToken({ ...old, ...past }, now, drop)).toMatchObject({ doc: { acceptedAt: null } })
    }
  })

  it('a token is young for ten seconds, unless a refresh can replace it without a mint', () => {
    const current = token('t', now)
    expect(isYoung(emptySlot, current, now + 9_999)).toBe(true)
    expect(isYoung(emptySlot, current, now + 10_000)).toBe(false)
    const refresh = issuedRefreshToken('secret', now, lifetimeMs, 0)
    expect(isYoung({ ...emptySlot, refresh }, current, now)).toBe(false)
  })

  it('an accepted token is remembered with its time', () => {
    expect(recordAcceptance(old, now)).toEqual({ doc: { ...old, acceptedAt: now } })
  })

  it('a refused token that had just replaced another one stops all instances, and no other token does', () => {
    expect(rejectToken(old, now, { id: 't', failure: stop })).toEqual({ doc: { ...old, failure: stop } })
    expect(rejectToken(old, now, { id: 'other', failure: stop })).toEqual({ refused: 'not-current' })
    expect(rejectToken(emptySlot, now, { id: 't', failure: stop })).toEqual({ refused: 'not-current' })
  })
})

it('while the API refuses new tokens no caller waits for a mint in progress', () => {
  const lease = { owner: 'a', fence: 1, until: 5000, aliveUntil: lifetimeMs }
  const doc = { ...emptySlot, fence: 1, lease, failure: rejection(0) }
  expect(decide(doc, 1)).toEqual({ do: 'fail', failure: rejection(0) })
})

describe('acquireLease', () => {
  const now = 10_000_000
  const lease = (doc: SlotDocument): Transition => acquireLease(doc, now, { owner: 'a', lifetimeMs })

  it('a frozen pool grants no lease and serves no token', () => {
    const doc = { ...emptySlot, current: token('t', now), frozen: { reason: 'leak', at: 7 } }
    const frozen = { kind: 'frozen', code: 'frozen', count: 1, at: 7, nextAttemptAt: never }
    expect(lease(doc)).toEqual({ refused: 'frozen' })
    expect(decide(doc, now)).toEqual({ do: 'fail', failure: frozen })
    expect(refusalFailure(doc, now)).toEqual(frozen)
  })

  it('no lease is granted while another instance holds it, even after a failure', () => {
    const held = { owner: 'b', fence: 1, until: now + 1, aliveUntil: now + lifetimeMs }
    const doc = { ...emptySlot, lease: held, failure: failure(now, 1000) }
    expect(lease(doc)).toEqual({ refused: 'leased' })
    expect(refusalFailure(doc, now)).toMatchObject({ code: 'lease_held', at: now, nextAttemptAt: now + 1000 })
  })

  it('no lease is granted before the next attempt', () => {
    const waiting = { ...emptySlot, failure: failure(now, 1) }
    expect(lease(waiting)).toEqual({ refused: 'backing-off' })
    expect(refusalFailure(waiting, now)).toEqual(waiting.failure)
    expect(lease({ ...emptySlot, failure: failure(now - 1, 1) })).toHaveProperty('doc')
  })

  it('no lease is granted early after a transient failure while a usable token is served', () => {
    const transient: SlotFailure = { ...failure(now - 10_000, 300_000), kind: 'transient' }
    expect(lease({ ...emptySlot, failure: transient })).toHaveProperty('doc')
    expect(lease({ ...emptySlot, failure: transient, current: token('t', now) })).toEqual({
      refused: 'backing-off',
    })
  })

  it('no lease is granted over the budget, for a minute', () => {
    const doc = { ...emptySlot, mints: Array.from({ length: 20 }, () => now) }
    const limit = {
      kind: 'limit',
      code: 'mint_budget_exhausted',
      count: 1,
      at: now,
      nextAttemptAt: now + 60_000,
    }
    expect(lease(doc)).toEqual({ refused: 'over-budget' })
    expect(refusalFailure({ ...doc, failure: failure(now - 5, 5) }, now)).toEqual(limit)
    expect(decide({ ...doc, failure: failure(now - 5, 5) }, now)).toEqual({ do: 'fail', failure: limit })
    expect(decide({ ...doc, current: token('t', now - lifetimeMs / 2) }, now)).toMatchObject({ renew: false })
  })

  it('a failure from before the clock was set back does not block a lease', () => {
    const ahead = (ms: number): SlotDocument => ({ ...emptySlot, failure: failure(now + ms, 3_600_000) })
    expect(lease(ahead(60_000))).toEqual({ refused: 'backing-off' })
    expect(lease(ahead(60_001))).toHaveProperty('doc')
    expect(decide(ahead(60_001), now)).toEqual({ do: 'mint' })
  })

  it('near the limit of live tokens, one lease an hour is granted, whether tokens drain or answers were lost', () => {
    const many = (count: number): SlotDocument => ({
      ...emptySlot,
      mints: [now],
      draining: Array.from({ length: 400 }, (_, i) => retired(token(`t${i}`, now), now, 'renewed')),
      suspects: Array.from({ length: count - 400 }, (_, fence) => ({ fence, until: now + 1 })),
    })
    expect(lease(many(799))).toHaveProperty('doc')
    expect(lease(many(800))).toEqual({ refused: 'over-budget' })
  })
})

it('a token is renewed after its advisory point, but not while another instance renews it', () => {
  const current = token('t', 0)
  const lease = { owner: 'a', fence: 1, until: current.advisoryAt + 1000, aliveUntil: lifetimeMs }
  const renew = (doc: SlotDocument, now: number): unknown => decide(doc, now)
  const doc = { ...emptySlot, current }
  expect(renew(doc, current.advisoryAt - 1)).toEqual({ do: 'serve', token: current, renew: false })
  expect(renew(doc, current.advisoryAt)).toEqual({ do: 'serve', token: current, renew: true })
  expect(renew({ ...doc, lease }, current.advisoryAt)).toEqual({ do: 'serve', token: current, renew: false })
})
