import { expect, it } from 'vitest'

import { decide } from './slot-decision.ts'
import { emptySlot, isUsedByOthers, prune, type SlotDocument, type TokenRecord } from './slot-document.ts'
import { adoptToken, retired } from './slot-draining.ts'
import { answerUnopened, canAnswer, isLent, markUnopened, returnToken } from './slot-sealed.ts'
import { acquireLease } from './token-slot.ts'
import { drainMs, tokenWindows } from './token-windows.ts'

const minute = 60_000
const lifetimeMs = 86_400_000
const now = 1_700_000_000_000

function token(id: string, obtainedAt = now): TokenRecord {
  const windows = tokenWindows(obtainedAt, lifetimeMs, 0)
  return { id, token: `secret-${id}`, scope: 'pinpad_only', obtainedAt, fence: 0, ...windows }
}

const shared = token('shared')
const sealed: SlotDocument = { ...emptySlot, current: { ...shared, isSealed: true } }
const opened: SlotDocument = { ...emptySlot, current: shared }
const marked: SlotDocument = { ...sealed, unopened: { id: 'shared', at: now } }

it('a token that only others open keeps an instance to itself, and nothing is minted for the slot', () => {
  expect(decide(sealed, now)).toEqual({ do: 'stay-private', sealed: sealed.current })
  expect(acquireLease(sealed, now, { owner: 'a', lifetimeMs, seen: 'shared' })).toEqual({ refused: 'sealed' })
  expect(acquireLease(sealed, now, { owner: 'a', lifetimeMs })).toHaveProperty('doc')
  expect(isUsedByOthers(opened, now)).toBe(false)
  expect(isUsedByOthers(emptySlot, now)).toBe(false)
})

it('a token that only others opened is replaced at its mandatory point', () => {
  expect(decide(sealed, shared.mandatoryAt - 1).do).toBe('stay-private')
  expect(decide(sealed, shared.mandatoryAt).do).toBe('mint')
})

it('an instance says that it has no key, and one with the key answers', () => {
  expect(markUnopened(sealed, now, { id: 'shared' })).toEqual({ doc: marked })
  expect(markUnopened(marked, now + 1, { id: 'shared' })).toEqual({ refused: 'nothing-due' })
  expect(markUnopened(sealed, now, { id: 'another' })).toEqual({ refused: 'nothing-due' })
  expect(canAnswer(marked)).toBe(false)
  expect(answerUnopened(marked)).toEqual({ refused: 'nothing-due' })
  const read: SlotDocument = { ...marked, current: shared }
  expect(canAnswer(read)).toBe(true)
  expect(answerUnopened(read)).toEqual({ doc: opened })
  expect(canAnswer({ ...read, unopened: { id: 'earlier', at: now } })).toBe(false)
  expect(canAnswer(opened)).toBe(false)
})

it('a mark that no instance answers for ten minutes frees the slot, and a mark about another token does not', () => {
  expect(decide(marked, now + 10 * minute - 1).do).toBe('stay-private')
  expect(decide(marked, now + 10 * minute).do).toBe('mint')
  const other = { ...marked, unopened: { id: 'earlier', at: now } }
  expect(decide(other, now + 60 * minute).do).toBe('stay-private')
  expect(prune(other, now).unopened).toBeNull()
  expect(prune(marked, now).unopened).toEqual(marked.unopened)
})

it('a private token is registered until it expires, is no mint of the pool, and leaves the shared one', () => {
  const own = token('own')
  const { doc } = adoptToken(sealed, now, { token: own }) as { doc: SlotDocument }
  expect(doc).toEqual({ ...sealed, draining: [retired(own, own.expiresAt, 'local')] })
  expect(isLent(doc, 'own')).toBe(true)
  expect(isLent(doc, 'shared')).toBe(false)
})

it('a private token that is given back drains, also if the slot no longer has it, and only once', () => {
  const own = token('own')
  const lent: SlotDocument = { ...opened, draining: [retired(own, own.expiresAt, 'local')] }
  const drained = { doc: { ...opened, draining: [retired(own, now + drainMs, 'local')] } }
  expect(returnToken(lent, now, { token: own })).toEqual(drained)
  expect(returnToken(opened, now, { token: own })).toEqual(drained)
  expect(isLent(drained.doc, 'own')).toBe(false)
  expect(returnToken(drained.doc, now + 1, { token: own })).toEqual({ refused: 'nothing-due' })
})

it('a private token that was dropped with all others of its pool is not used', () => {
  const own = token('own')
  const dropped: SlotDocument = { ...sealed, draining: [retired(own, own.expiresAt, 'compromised')] }
  expect(isLent(dropped, 'own')).toBe(false)
})

it('a private token that was minted after the last compromise is registered, and an earlier one is revoked', () => {
  const compromised = { at: now - 1, fence: 7 }
  const doc = { ...sealed, compromised }
  expect(adoptToken(doc, now, { token: token('own'), knew: 7 })).toMatchObject({
    doc: { draining: [{ why: 'local' }] },
  })
  for (const knew of [6, undefined])
    expect(adoptToken(doc, now, { token: token('own'), knew })).toMatchObject({
      doc: { draining: [{ why: 'compromised', revokeAfter: now }] },
    })
})
