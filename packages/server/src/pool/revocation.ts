import type { ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import type { DrainingToken } from '../slot/slot-document.ts'
import { claimDue, forgetDrained, postponeRevocation } from '../slot/slot-draining.ts'
import type { TokenRenewalOptions } from './token-renewal.ts'

const second = 1000
const hour = 60 * 60 * second

/** Revokes the tokens that are due, even those of other instances. Failures stay in the slot until they expire. */
export async function revokeDue(options: TokenRenewalOptions): Promise<void> {
  const owner = crypto.randomUUID()
  const { doc, refused } = await options.slot.change(claimDue, { owner })
  if (refused !== undefined) return
  const mine = doc.draining.filter(({ claim }) => claim?.owner === owner)
  await Promise.all(mine.map((token) => revokeDrained(options, token)))
}

async function revokeDrained(options: TokenRenewalOptions, token: DrainingToken): Promise<void> {
  if (await options.oauth.revoke(token.token)) await forgetRevoked(options, token)
  else await postpone(options, token)
}

/** Removes a draining token that is dead from the slot. Returns why the store does not know of it yet. */
export async function forgetRevoked(
  options: TokenRenewalOptions,
  token: DrainingToken,
): Promise<ForageServerError | undefined> {
  const { slot, local, emitter, pool } = options
  local.forget(token.id)
  const failure = await slot.changeAnyway(forgetDrained, { id: token.id })
  const mark = fingerprint(token.token)
  emitter.emit({ type: 'authentication-token-revoked', pool, fingerprint: mark, why: token.why })
  return failure
}

/**
 * Records that a draining token may be alive. The first reader of the slot after the back-off tries again. Returns why the
 * store does not know of it yet.
 */
export async function postpone(
  options: TokenRenewalOptions,
  token: DrainingToken,
): Promise<ForageServerError | undefined> {
  const { slot, emitter, pool, clock, random } = options
  const attempts = token.attempts + 1
  const retryAt = Math.ceil(clock.now() + revocationBackOffMs(attempts, random()))
  const failure = await slot.changeAnyway(postponeRevocation, { id: token.id, revokeAfter: retryAt })
  const mark = fingerprint(token.token)
  emitter.emit({
    type: 'authentication-token-revocation-failed',
    pool,
    fingerprint: mark,
    attempts,
    retryAt,
  })
  return failure
}

function revocationBackOffMs(attempts: number, random: number): number {
  return Math.min((5 + 5 * random) * second * 2 ** (attempts - 1), hour)
}
