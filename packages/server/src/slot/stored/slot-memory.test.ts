import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { emptySlot, unknownTokens, type SlotDocument, type TokenRecord } from '../slot-document.ts'
import { forgetDrained, retired } from '../slot-draining.ts'
import { dropTokens, freezeSlot, thawSlot } from '../slot-emergency.ts'
import { acquireLease, commitToken, invalidateToken } from '../token-slot.ts'
import { clockSkewMs, drainMs, tokenWindows } from '../token-windows.ts'
import { withMemory, type KnownSlot } from './slot-memory.ts'

const now = 1_700_000_000_000
const day = 86_400_000
const second = 1000

function token(id: string, obtainedAt = now, fence = obtainedAt): TokenRecord {
  const windows = tokenWindows(obtainedAt, day, 0)
  return { id, token: `secret-${id}`, scope: 'pinpad_only', obtainedAt, fence, ...windows }
}

function slot(fields: Partial<SlotDocument>): SlotDocument {
  return { ...emptySlot, fence: now, ...fields }
}

const nothingRestored = (doc: SlotDocument): KnownSlot => ({ doc, isRestored: false })

describe('a lost slot', () => {
  const memory = slot({
    current: token('current'),
    draining: [retired(token('old', now - 5000), now + 1000, 'rotated')],
    frozen: { reason: 'odd traffic', at: now },
    gone: [{ id: 'dead', until: now + day }],
    compromised: { at: now - 9000, fence: now - 9000 },
    mints: [now],
  })

  it('a lost slot gets back the tokens, the freeze and the compromise that an instance remembers', () => {
    const { doc, isRestored } = withMemory(emptySlot, memory, now + second)
    expect(isRestored).toBe(true)
    const { current, draining, frozen, gone, compromised, fence } = memory
    expect(doc).toMatchObject({ current, draining, frozen, gone, compromised, fence })
  })

  it('a lost slot counts one unknown token for as long as its tokens live, because no instance may remember all', () => {
    const { doc } = withMemory(emptySlot, memory, now)
    expect(unknownTokens(doc, now + day - 1)).toBe(1)
    expect(unknownTokens(doc, now + day)).toBe(0)
    const longer = { ...token('longer'), expiresAt: now + 2 * day }
    const mixed = slot({ current: token('current'), draining: [retired(longer, now, 'rotated')] })
    expect(withMemory(emptySlot, mixed, now).doc.lostUntil).toBe(now + 2 * day)
    const frozenOnly = slot({ frozen: memory.frozen })
    expect(withMemory(emptySlot, frozenOnly, now).doc.lostUntil).toBe(now + 30 * day)
  })

  it('a lost slot counts a mint whose answer was lost as an unknown token', () => {
    const { doc, isRestored } = withMemory(emptySlot, slot({ suspects: [{ fence: 1, until: now + 1 }] }), now)
    expect(isRestored).toBe(true)
    expect(unknownTokens(doc, now)).toBe(1)
  })

  it('a lost slot gets back no lease and no failure', () => {
    const lease = { owner: 'a', fence: now, until: now + 1, aliveUntil: now + day }
    const failure = { kind: 'transient', code: 'x', count: 1, at: now, nextAttemptAt: now + 1 } as const
    expect(withMemory(emptySlot, { ...memory, lease, failure }, now).doc).toMatchObject({
      lease: null,
      failure: null,
    })
  })

  it('a slot is not lost if its last token has expired, since the store removes such a slot', () => {
    const later = now + day
    const { frozen: _, ...unfrozen } = memory
    const { doc, isRestored } = withMemory(emptySlot, slot({ ...unfrozen, frozen: null }), later)
    expect(isRestored).toBe(false)
    expect(doc).toMatchObject({ current: null, draining: [], lostUntil: null })
    expect(withMemory(emptySlot, slot({}), now)).toEqual(nothingRestored(emptySlot))
  })
})

describe('a slot that another instance created after the loss', () => {
  const other = token('other', now + 5000)

  it('a slot that another instance created keeps its newer token, and an older one drains until its session tokens have expired', () => {
    const later = now + 6000
    const { doc, isRestored } = withMemory(slot({ current: other }), slot({ current: token('mine') }), later)
    expect(isRestored).toBe(true)
    expect(doc.current).toEqual(other)
    expect(doc.draining).toEqual([retired(token('mine'), later + drainMs, 'renewed')])
    expect(unknownTokens(doc, later)).toBe(1)
  })

  it('a slot that another instance created gets a remembered token as its current one if it has no token', () => {
    const { doc } = withMemory(slot({}), slot({ current: token('mine') }), now)
    expect(doc.current).toEqual(token('mine'))
  })

  it('a remembered token is revoked at once if every token of the pool was dropped meanwhile', () => {
    const compromised = { at: now + 5000, fence: now + 5000 }
    const later = now + 6000
    const memory = slot({
      current: token('mine'),
      draining: [retired(token('old', now - 1), later + 1000, 'rotated')],
    })
    const { doc } = withMemory(slot({ current: other, compromised }), memory, later)
    expect(doc.current).toEqual(other)
    expect(doc.draining.map(({ id, why, revokeAfter }) => [id, why, revokeAfter])).toEqual([
      ['old', 'compromised', later],
      ['mine', 'compromised', later],
    ])
  })

  it('a slot does not get a token that it knows as dead', () => {
    const stored = slot({ current: other, gone: [{ id: 'mine', until: now + day }] })
    expect(withMemory(stored, slot({ current: token('mine') }), now)).toEqual(nothingRestored(stored))
  })

  it('a slot does not get a token that is about to expire: a clock ahead may have removed it', () => {
    const stored = slot({ current: other })
    const memory = slot({ current: token('mine') })
    expect(withMemory(stored, memory, now + day - clockSkewMs).isRestored).toBe(false)
    expect(withMemory(stored, memory, now + day - clockSkewMs - 1).isRestored).toBe(true)
  })
})

describe('an older slot that the store restored from a backup', () => {
  const [first, next] = [token('first'), token('next', now + 5000)]
  const later = now + 6000

  it('a backup of a slot gets the newer token as its current one, and the older one drains', () => {
    const draining = [retired(first, later + 1000, 'rotated')]
    const { doc } = withMemory(slot({ current: first }), slot({ current: next, draining }), later)
    // Other instances have served the older one until now.
    const served = [retired(first, later + drainMs, 'rotated')]
    expect(doc).toMatchObject({ current: next, draining: served, lostUntil: later + day })
  })

  it('of two tokens that were current, the newer one is current, and the older one drains', () => {
    const { doc } = withMemory(slot({ current: first }), slot({ current: next }), later)
    expect(doc).toMatchObject({ current: next, draining: [retired(first, later + drainMs, 'renewed')] })
    const same = token('same', first.obtainedAt)
    expect(withMemory(slot({ current: first }), slot({ current: same }), later).doc.current).toEqual(first)
  })

  it('a remembered token that is no longer served, or is from the future, drains', () => {
    const old = token('old', now)
    const { doc } = withMemory(slot({}), slot({ current: old }), old.mandatoryAt)
    expect(doc).toMatchObject({ current: null, draining: [{ id: 'old' }] })
    expect(withMemory(slot({}), slot({ current: old }), old.mandatoryAt - 1).doc.current).toEqual(old)
    const ahead = withMemory(slot({}), slot({ current: token('ahead', now + clockSkewMs + 1) }), now)
    expect(ahead.doc).toMatchObject({ current: null, draining: [{ id: 'ahead' }] })
  })

  it('a slot learns of a later compromise only', () => {
    const earlier = { at: now, fence: now }
    const after = { at: now + 1, fence: now + 1 }
    expect(withMemory(slot({ compromised: earlier }), slot({ compromised: after }), later).doc).toMatchObject(
      {
        compromised: after,
      },
    )
    const stored = slot({ compromised: after })
    expect(withMemory(stored, slot({ compromised: earlier }), later)).toEqual(nothingRestored(stored))
  })

  it('a backup of a slot loses a token that is dead', () => {
    const memory = slot({ current: next, gone: [{ id: 'first', until: now + day }] })
    const { doc } = withMemory(slot({ current: first }), memory, later)
    expect(doc).toMatchObject({ current: next, draining: [], gone: memory.gone })
  })

  it('a backup of a slot revokes its leaked token at once', () => {
    const draining = [retired(first, later - 1000, 'compromised')]
    const { doc } = withMemory(slot({ current: first }), slot({ draining }), later)
    expect(doc).toMatchObject({ current: null, draining })
  })

  it('a backup of a slot loses the tokens that a compromise dropped after the backup', () => {
    const unknown = retired(token('unknown', now - 1), later + 5000, 'rotated')
    const memory = slot({ compromised: { at: later, fence: later } })
    const { doc } = withMemory(slot({ current: first, draining: [unknown] }), memory, later)
    expect(doc.current).toBeNull()
    expect(doc.draining.map(({ id, why, revokeAfter }) => [id, why, revokeAfter])).toEqual([
      ['unknown', 'compromised', later],
      ['first', 'compromised', later],
    ])
  })

  it('a slot keeps a token that was minted after the compromise that it learns of', () => {
    const compromised = { at: now - 1, fence: now - 1 }
    const { doc } = withMemory(slot({ current: first }), slot({ compromised }), later)
    expect(doc).toMatchObject({ current: first, draining: [], compromised })
  })

  it('a backup of a slot is frozen, or thawed, as an instance remembers it', () => {
    const frozen = { reason: 'leak', at: now }
    expect(withMemory(slot({}), slot({ frozen }), later).doc.frozen).toEqual(frozen)
    const thawed = slot({ thawedAt: now })
    expect(withMemory(slot({ frozen }), thawed, later).doc).toMatchObject({ frozen: null, thawedAt: now })
    expect(withMemory(thawed, slot({ frozen }), later)).toEqual(nothingRestored(thawed))
  })
})

describe('the memory of a process while the store was down', () => {
  it('a token that was refused while the store was down is retired, and no unknown one is counted', () => {
    const current = token('refused')
    const draining = [retired(current, now + drainMs, 'invalidated')]
    const { doc, isRestored } = withMemory(slot({ current }), slot({ draining }), now)
    expect(isRestored).toBe(true)
    expect(doc).toMatchObject({ current: null, draining, lostUntil: null })
  })
})

type Step = { after: number; which: number } & (
  | { do: 'commit' | 'invalidate' | 'forget' }
  | { do: 'drop' | 'freeze' | 'thaw' }
)
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('commit', 'invalidate', 'forget', 'drop', 'freeze', 'thaw') as fc.Arbitrary<'commit'>,
  after: fc.oneof(fc.nat(2000), fc.nat(day)),
  which: fc.nat(5),
})

/** Returns a slot after each step, with the time of the step. */
function history(steps: readonly Step[]): { doc: SlotDocument; at: number }[] {
  let doc = emptySlot
  let at = now
  return steps.map(({ do: what, after, which }, i) => {
    at += after
    doc = applied(doc, at, what, which, `t${i}`)
    return { doc, at }
  })
}

function applied(doc: SlotDocument, at: number, what: Step['do'], which: number, id: string): SlotDocument {
  const lease = { owner: id, lifetimeMs: day, forMs: 1000 }
  const failure = { kind: 'rejected', code: 'x', count: 1, at, nextAttemptAt: at } as const
  const change = {
    commit: () => {
      const leased = acquireLease(doc, at, lease)
      if ('refused' in leased) return leased
      const { fence } = leased.doc
      return commitToken(leased.doc, at, { fence, token: token(id, at, fence) })
    },
    invalidate: () => invalidateToken(doc, at, { id: doc.current?.id ?? '', failure }),
    forget: () => forgetDrained(doc, at, { id: doc.draining[which % 3]?.id ?? '' }),
    drop: () => dropTokens(doc, at, lease),
    freeze: () => freezeSlot(doc, at, { reason: id }),
    thaw: () => thawSlot(doc, at),
  }[what]()
  return 'refused' in change ? doc : change.doc
}

function expectInEveryHistory(
  check: (earlier: SlotDocument, latest: SlotDocument, at: number) => void,
): void {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), fc.nat(29), (steps, i) => {
      const docs = history(steps)
      const { doc, at } = docs.at(-1)!
      check(docs[i % docs.length]!.doc, doc, at)
    }),
  )
}

it('an instance that remembers any earlier state adds nothing to a slot that was never lost', () => {
  expectInEveryHistory((earlier, latest, at) => {
    // Before the first lease, the slot is as new as one that was lost.
    const memory = latest.fence > 0 ? earlier : latest
    expect(withMemory(latest, memory, at)).toEqual(nothingRestored(latest))
  })
})

it('a slot that fell back to any earlier state loses no live token, revives no dead one, and stays frozen or thawed', () => {
  expectInEveryHistory((earlier, latest, at) => {
    const { doc } = withMemory(earlier, latest, at)
    const live = [latest.current, ...latest.draining].filter(
      (each) => each !== null && at + clockSkewMs < each.expiresAt,
    )
    const known = [doc.current, ...doc.draining].map((each) => each?.id)
    expect(known).toEqual(expect.arrayContaining(live.map((each) => each?.id)))
    for (const { id } of latest.gone) expect(known).not.toContain(id)
    for (const { id } of latest.draining) expect(doc.current?.id).not.toBe(id)
    expect(doc.frozen === null).toBe(latest.frozen === null)
  })
})

it('a slot that learned once learns nothing more from the same memory', () => {
  expectInEveryHistory((earlier, latest, at) => {
    const { doc } = withMemory(earlier, latest, at)
    expect(withMemory(doc, latest, at).isRestored).toBe(false)
  })
})
