import { fingerprint } from '../shared/fingerprint.ts'
import { leaseMs, type SlotDocument } from '../slot/slot-document.ts'
import { slotError } from '../slot/slot-error.ts'
import { refusalFailure } from '../slot/token-slot.ts'
import { drainMs } from '../slot/token-windows.ts'
import { renewToken, type TokenRenewalOptions } from './token-renewal.ts'

const pollMs = 250

/** What `rotate` did, without a token in it. */
export interface Rotation {
  /** Its name. */
  pool: string
  /** Fingerprints of the token that is current now, and of the one before. */
  fingerprint: string
  /** Null: there was none, or none that a key here opens. */
  previous: string | null
  /** When the new token expires, in ms on the server's clock. */
  expiresAt: number
  /** When the previous one will be revoked: its last session token has run out by then. */
  revokesPreviousAt: number | null
}

/** Mints now, though the current token is good. Waits for a mint under way. Rejects with `ForageServerError`. */
export async function rotateToken(options: TokenRenewalOptions): Promise<Rotation> {
  const { pool, slot, emitter, clock } = options
  const { current: before } = await slot.read()
  const rotated = await mintUnderOwnLease(options)
  if (!rotated.current || rotated.current.id === before?.id) {
    throw slotError(pool, refusalFailure(rotated, clock.now()))
  }
  const mark = fingerprint(rotated.current.token)
  const previous = before && !before.isSealed ? fingerprint(before.token) : null
  emitter.emit({ type: 'pool-rotated', pool, fingerprint: mark, previous })
  const revokesPreviousAt = before && clock.now() + drainMs
  return { pool, fingerprint: mark, previous, expiresAt: rotated.current.expiresAt, revokesPreviousAt }
}

/** The slot after a mint, or after what kept it from one. */
async function mintUnderOwnLease(options: TokenRenewalOptions): Promise<SlotDocument> {
  const { slot, clock } = options
  const giveUpAt = clock.now() + 2 * leaseMs
  for (;;) {
    const refused = await renewToken(options, 'rotated')
    if (refused !== 'leased' || clock.now() > giveUpAt) return slot.lastSeen!
    await slot.pause(pollMs)
  }
}
