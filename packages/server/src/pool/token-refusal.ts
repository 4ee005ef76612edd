import type { ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import type { SlotFailure, TokenRecord } from '../slot/slot-document.ts'
import { retireRefused } from '../slot/slot-draining.ts'
import { isStoreUnavailable, slotError } from '../slot/slot-error.ts'
import { invalidateToken, rejectToken, youngMs } from '../slot/token-slot.ts'
import type { TokenRenewalOptions } from './token-renewal.ts'

/** Drops a token that the API refused, so that the next caller gets another one. Rejects if it is too young for that. */
export async function invalidate(options: TokenRenewalOptions, refused: TokenRecord): Promise<void> {
  const { slot, local, emitter, pool } = options
  if (local.refuse(refused)) return
  const failure = rejection(options, 'rejected_repeatedly')
  const change = await slot.change(invalidateToken, { id: refused.id, failure }).catch(ignoreStore)
  if (!change) return void (await slot.changeMemory(retireRefused, { id: refused.id }))
  if (change.refused === 'too-young') throw tooYoung(pool, refused)
  if (change.refused !== undefined) return
  const mark = fingerprint(refused.token)
  emitter.emit({ type: 'authentication-token-invalidated', pool, fingerprint: mark })
  if (change.doc.failure === failure) report(options, refused, failure)
}

/** Opens the breaker: the API refused also the replacement, so all instances wait. Returns the error to throw. */
export async function openBreaker(
  options: TokenRenewalOptions,
  refused: TokenRecord,
): Promise<ForageServerError> {
  const { slot, local, pool } = options
  const failure = rejection(options, 'rejected_twice')
  if (!local.refuse(refused)) await slot.change(rejectToken, { id: refused.id, failure }).catch(ignoreStore)
  report(options, refused, failure)
  return slotError(pool, failure)
}

function rejection({ slot, clock, random }: TokenRenewalOptions, code: string): SlotFailure {
  const input = { kind: 'rejected', code, status: 401 } as const
  return nextFailure(input, clock.now(), slot.lastSeen?.failure ?? null, random())
}

function report(
  { emitter, pool }: TokenRenewalOptions,
  { token }: TokenRecord,
  { nextAttemptAt: retryAt }: SlotFailure,
): void {
  const mark = fingerprint(token)
  emitter.emit({ type: 'authentication-token-rejected', pool, fingerprint: mark, retryAt })
}

function tooYoung(pool: string, { obtainedAt: at }: TokenRecord): ForageServerError {
  const nextAttemptAt = at + youngMs
  return slotError(pool, {
    kind: 'rejected',
    code: 'rejected_at_once',
    count: 1,
    at,
    nextAttemptAt,
    status: 401,
  })
}

function ignoreStore(error: unknown): undefined {
  if (!isStoreUnavailable(error)) throw error
}
