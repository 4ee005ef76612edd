import { expect, it } from 'vitest'

import { emptySlot, type SlotDocument, type TokenRecord } from './slot-document.ts'
import { retired } from './slot-draining.ts'
import { dropRememberedTokens, dropTokens, forgetUnknown, freezeSlot, thawSlot } from './slot-emergency.ts'
import { tokenWindows } from './token-windows.ts'

const now = 1_700_000_000_000
const lifetimeMs = 86_400_000

function token(id: string): TokenRecord {
  const windows = tokenWindows(now, lifetimeMs, 0)
  return { id, token: `secret-${id}`, scope: 'pinpad_only', obtainedAt: now, fence: 1, ...windows }
}

const full: SlotDocument = {
  ...emptySlot,
  fence: 4,
  lease: { owner: 'b', fence: 4, until: now + 1000, aliveUntil: now + lifetimeMs },
  current: token('current'),
  draining: [retired(token('old'), now + 5000, 'renewed')],
  failure: { kind: 'rejected', code: 'http_401', count: 1, at: now, nextAttemptAt: now + 1000 },
  invalidations: [now - 1],
}
const request = { owner: 'a', lifetimeMs, forMs: 30_000 }

it('a frozen slot has the reason and the time, and thawing removes them', () => {
  const frozen = { ...full, frozen: { reason: 'leak', at: now } }
  expect(freezeSlot(full, now, { reason: 'leak' })).toEqual({ doc: frozen })
  expect(thawSlot(frozen, now + 1)).toEqual({ doc: { ...frozen, frozen: null, thawedAt: now + 1 } })
})

const dropped: SlotDocument = {
  ...full,
  fence: now,
  current: null,
  draining: [...full.draining, retired(token('current'), now, 'compromised')].map((each) => ({
    ...each,
    why: 'compromised',
    revokeAfter: now,
    claim: { owner: 'a', until: now + 30_000 },
  })),
  suspects: [{ fence: 4, until: now + lifetimeMs }],
  failure: null,
  invalidations: [],
  compromised: { at: now, fence: now },
}

it('dropping the tokens of a pool makes each due at once, and grants the lease', () => {
  const lease = { owner: 'a', fence: now, until: now + 30_000, aliveUntil: now + 30_000 + lifetimeMs }
  expect(dropTokens(full, now, request)).toEqual({ doc: { ...dropped, lease } })
})

it('dropping the tokens of a frozen pool grants no lease, since nothing is minted', () => {
  const frozen = { reason: 'leak', at: now }
  expect(dropTokens({ ...full, frozen }, now, request)).toEqual({ doc: { ...dropped, frozen, lease: null } })
})

it('dropping the tokens in the memory of one process grants no lease, and counts one unknown token', () => {
  expect(dropRememberedTokens(full, now, request)).toEqual({
    doc: { ...dropped, lease: null, lostUntil: now + lifetimeMs },
  })
})

it('dropping the tokens of a slot that the store does not have counts one unknown token', () => {
  expect(dropTokens(emptySlot, now, request)).toMatchObject({ doc: { lostUntil: now + lifetimeMs } })
  expect(dropTokens(full, now, request)).toMatchObject({ doc: { lostUntil: null } })
})

it('a bulk revocation ends the unknown tokens of earlier leases', () => {
  const suspects = [{ fence: 4, until: now + 1 }]
  const later = { fence: 6, until: now + 1 }
  const doc = { ...full, suspects: [...suspects, later], lostUntil: now + 1 }
  expect(forgetUnknown(doc, now, { fence: 5 })).toEqual({
    doc: { ...full, suspects: [later], lostUntil: null },
  })
})

it('a freeze is later than the thaw before it, and a thaw is later than its freeze, whatever the clocks say', () => {
  const ahead = now + 60_000
  expect(freezeSlot({ ...full, thawedAt: ahead }, now, { reason: 'leak' })).toMatchObject({
    doc: { frozen: { at: ahead + 1 } },
  })
  expect(thawSlot({ ...full, frozen: { reason: 'leak', at: ahead } }, now)).toMatchObject({
    doc: { frozen: null, thawedAt: ahead },
  })
})
