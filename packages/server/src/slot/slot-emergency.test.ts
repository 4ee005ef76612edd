import { expect, it } from 'vitest'

import { emptySlot, type SlotDocument, type TokenRecord } from './slot-document.ts'
import { retired } from './slot-draining.ts'
import { dropTokens, freezeSlot, thawSlot } from './slot-emergency.ts'
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
  expect(thawSlot(frozen)).toEqual({ doc: { ...frozen, frozen: null } })
})

const dropped: SlotDocument = {
  ...full,
  fence: 5,
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
  compromised: { at: now, fence: 5 },
}

it('dropping the tokens of a pool makes each due at once, and grants the lease', () => {
  const lease = { owner: 'a', fence: 5, until: now + 30_000, aliveUntil: now + 30_000 + lifetimeMs }
  expect(dropTokens(full, now, request)).toEqual({ doc: { ...dropped, lease } })
})

it('dropping the tokens of a frozen pool grants no lease, since nothing is minted', () => {
  const frozen = { reason: 'leak', at: now }
  expect(dropTokens({ ...full, frozen }, now, request)).toEqual({ doc: { ...dropped, frozen, lease: null } })
})
