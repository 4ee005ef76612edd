import { fingerprint } from '../shared/fingerprint.ts'
import { leaseRefusal, refusalFailure } from '../slot/slot-decision.ts'
import { leaseMs, type SlotDocument } from '../slot/slot-document.ts'
import { slotError } from '../slot/slot-error.ts'
import { drainMs } from '../slot/token-windows.ts'
import { renewToken, type TokenRenewalOptions } from './token-renewal.ts'

const pollMs = 250

/** The result of `rotate`, without a token. */
export interface Rotation {
  /** The name of the pool. */
  pool: string
  /** The fingerprint of the new token. */
  fingerprint: string
  /** The fingerprint of the token before. Null if there was no token, or if no key of this instance opens it. */
  previous: string | null
  /** The time when the new token expires, in ms since the epoch on the server's clock. */
  expiresAt: number
  /** The time when the token before will be revoked: its last session token has expired by then. */
  revokesPreviousAt: number | null
}

/** Mints now, even if the current token is good, after a mint in progress. Rejects with `ForageServerError`. */
export async function rotateToken(options: TokenRenewalOptions): Promise<Rotation> {
  const { pool, slot, emitter, clock, own } = options
  const { current: before } = await slot.read()
  let rotated = await mintUnderOwnLease(options)
  if (rotated.current?.id === before?.id && !own.current && !leaseRefusal(rotated, clock.now())) {
    // The mint did not fail and nothing refuses another one: the store lost the slot, and the lease with it.
    rotated = await mintUnderOwnLease(options)
  }
  if (!rotated.current || rotated.current.id === before?.id) {
    throw slotError(pool, own.current ?? refusalFailure(rotated, clock.now()))
  }
  const mark = fingerprint(rotated.current.token)
  const previous = before && !before.isSealed ? fingerprint(before.token) : null
  emitter.emit({ type: 'pool-rotated', pool, fingerprint: mark, previous })
  const revokesPreviousAt = before && clock.now() + drainMs
  return { pool, fingerprint: mark, previous, expiresAt: rotated.current.expiresAt, revokesPreviousAt }
}

/** Returns the slot after a mint, or after the reason against it. */
async function mintUnderOwnLease(options: TokenRenewalOptions): Promise<SlotDocument> {
  const { slot, clock } = options
  const giveUpAt = clock.now() + 2 * leaseMs
  for (;;) {
    const refused = await renewToken(options, { why: 'rotated' })
    if (refused !== 'leased' || clock.now() > giveUpAt) return slot.lastSeen!
    await slot.pause(pollMs)
  }
}
