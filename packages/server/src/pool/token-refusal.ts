import type { ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import { emptySlot, type SlotFailure, type TokenRecord } from '../slot/slot-document.ts'
import { isStoreUnavailable, slotError } from '../slot/slot-error.ts'
import type { SlotChange } from '../slot/stored/slot-store.ts'
import { invalidateToken, isYoung, rejectToken, youngMs } from '../slot/token-slot.ts'
import type { TokenAcceptance } from './token-acceptance.ts'
import type { TokenRenewalOptions } from './token-renewal.ts'

/**
 * The consequence of a 401 about a token. `newer`: another token is current. `young`: the API may not know the token yet.
 * `dropped`: the next caller gets another one. `accepted`: the API accepts it, so the 401 is about something else.
 */
export type Consequence = 'newer' | 'young' | 'dropped' | 'accepted'

/** Finds out what follows a 401 about a token, and drops the token if it is of no use. */
export async function afterRefusal(
  options: TokenRenewalOptions,
  acceptance: TokenAcceptance,
  refused: TokenRecord,
): Promise<Consequence> {
  if (options.local.owns(refused)) return afterPrivateRefusal(options, acceptance, refused)
  const failure = rejection(options, 'rejected_repeatedly')
  const first = await invalidate(options, refused, failure)
  if (first.refused !== 'probe-first') return consequenceOf(options, refused, first, failure)
  if ((await acceptance.verdictOn(refused)) === 'accepted') return 'accepted'
  const second = await invalidate(options, refused, failure, true)
  return consequenceOf(options, refused, second, failure)
}

/** This process has no other token than its private one, so the API is asked before the token is dropped. */
async function afterPrivateRefusal(
  { local, clock }: TokenRenewalOptions,
  acceptance: TokenAcceptance,
  refused: TokenRecord,
): Promise<Consequence> {
  if (isYoung(emptySlot, refused, clock.now())) return 'young'
  if ((await acceptance.verdictOn(refused)) !== 'refused') return 'accepted'
  await local.refuse(refused)
  return 'dropped'
}

async function invalidate(
  { slot }: TokenRenewalOptions,
  { id }: TokenRecord,
  failure: SlotFailure,
  isProbed = false,
): Promise<SlotChange> {
  const input = { id, failure, isProbed }
  const change = await slot.change(invalidateToken, input).catch(ignoreStore)
  // Without the store, this process drops the token from its memory.
  return change ?? slot.changeMemory(invalidateToken, input)
}

function consequenceOf(
  options: TokenRenewalOptions,
  refused: TokenRecord,
  change: SlotChange,
  failure: SlotFailure,
): Consequence {
  if (change.refused === 'too-young') return 'young'
  if (change.refused !== undefined) return 'newer'
  const { emitter, pool } = options
  const mark = fingerprint(refused.token)
  emitter.emit({ type: 'authentication-token-invalidated', pool, fingerprint: mark })
  if (isSame(change.doc.failure, failure)) report(options, refused, failure)
  return 'dropped'
}

/**
 * Opens the breaker, since the API refused also the replacement: all instances wait. Returns the error to throw, or
 * undefined if only this call was refused.
 */
export async function openBreaker(
  options: TokenRenewalOptions,
  acceptance: TokenAcceptance,
  refused: TokenRecord,
): Promise<ForageServerError | undefined> {
  const { slot, local, pool } = options
  if ((await acceptance.verdictOn(refused)) !== 'refused') return undefined
  const failure = rejection(options, 'rejected_twice')
  if (!(await local.refuse(refused)))
    await slot.change(rejectToken, { id: refused.id, failure }).catch(ignoreStore)
  report(options, refused, failure)
  return slotError(pool, failure)
}

/** Returns the error for a token that the API does not know yet, or undefined if only this call was refused. */
export async function refuseYoung(
  { pool }: TokenRenewalOptions,
  acceptance: TokenAcceptance,
  refused: TokenRecord,
): Promise<ForageServerError | undefined> {
  if ((await acceptance.verdictOn(refused)) === 'accepted') return undefined
  const { obtainedAt: at } = refused
  const [kind, code, status] = ['rejected', 'rejected_at_once', 401] as const
  return slotError(pool, { kind, code, count: 1, at, nextAttemptAt: at + youngMs, status })
}

function rejection({ slot, clock, random }: TokenRenewalOptions, code: string): SlotFailure {
  const input = { kind: 'rejected', code, status: 401 } as const
  return nextFailure(input, clock.now(), slot.lastSeen?.failure ?? null, random())
}

function isSame(a: SlotFailure | null, b: SlotFailure): boolean {
  return a?.code === b.code && a.nextAttemptAt === b.nextAttemptAt
}

function report(
  { emitter, pool }: TokenRenewalOptions,
  { token }: TokenRecord,
  { nextAttemptAt: retryAt }: SlotFailure,
): void {
  const mark = fingerprint(token)
  emitter.emit({ type: 'authentication-token-rejected', pool, fingerprint: mark, retryAt })
}

function ignoreStore(error: unknown): undefined {
  if (!isStoreUnavailable(error)) throw error
}
