import type { ServerClock } from './clock.ts'
import type { Emitter } from './events.ts'
import { nextFailure } from './failure-policy.ts'
import { fingerprint } from './fingerprint.ts'
import type { OAuthClient } from './oauth-client.ts'
import type { SlotView } from './slot-view.ts'
import type { TokenAnswer, TokenFailure } from './token-answer.ts'
import {
  acquireLease,
  commitToken,
  forgetDrained,
  isUsable,
  recordFailure,
  registerOrphan,
  type SlotDocument,
  type TokenRecord,
} from './token-slot.ts'
import { tokenWindows } from './token-windows.ts'

export interface TokenRenewalOptions {
  pool: string
  slot: SlotView
  oauth: OAuthClient
  /** What is asked for: how long a mint whose answer was lost may be alive, in ms. */
  lifetimeMs: number
  emitter: Emitter
  clock: ServerClock
  random: () => number
}

/**
 * Lease, mint, commit. The outcome, also a failure, is in the slot for all instances; rejects only if the store
 * does not answer. Does nothing if another instance holds the lease.
 */
export async function renewToken(options: TokenRenewalOptions): Promise<void> {
  const { slot, oauth, emitter, pool } = options
  const { doc, refused } = await slot.change(acquireLease, { owner: crypto.randomUUID() })
  if (refused !== undefined) return
  emitter.emit({ type: 'authentication-token-requested', pool })
  const answer = await oauth.requestToken()
  await (answer.ok ? commit(options, answer, doc.fence) : fail(options, answer, doc))
}

async function commit(
  options: TokenRenewalOptions,
  answer: TokenAnswer & { ok: true },
  fence: number,
): Promise<void> {
  const { slot, emitter, pool, random } = options
  const { token: value, scope, requestedAt: obtainedAt, lifetimeMs } = answer
  const windows = tokenWindows(obtainedAt, lifetimeMs, random())
  const token: TokenRecord = { id: crypto.randomUUID(), token: value, scope, obtainedAt, fence, ...windows }
  const { refused } = await slot.change(commitToken, { fence, token })
  if (refused !== undefined) return discard(options, token)
  const { expiresAt } = token
  emitter.emit({ type: 'authentication-token-received', pool, fingerprint: fingerprint(value), expiresAt })
}

// The lease ran out during the mint and another instance took over: this token is alive, and nobody will use it.
async function discard(
  { slot, oauth, emitter, pool }: TokenRenewalOptions,
  token: TokenRecord,
): Promise<void> {
  await slot.change(registerOrphan, { token })
  const revoked = await oauth.revoke(token.token)
  if (revoked) await slot.change(forgetDrained, { id: token.id })
  const mark = fingerprint(token.token)
  emitter.emit({ type: 'authentication-token-orphaned', pool, fingerprint: mark, revoked })
}

async function fail(options: TokenRenewalOptions, answer: TokenFailure, leased: SlotDocument): Promise<void> {
  const { slot, emitter, pool, clock, random, lifetimeMs } = options
  const now = clock.now()
  const failure = nextFailure(answer, now, leased.failure, random())
  const suspectUntil = answer.lost ? now + lifetimeMs : undefined
  await slot.change(recordFailure, { fence: leased.fence, failure, suspectUntil })
  const { kind, code, nextAttemptAt: retryAt } = failure
  const covered = isUsable(leased.current, now)
  emitter.emit({ type: 'authentication-token-failed', pool, kind, code, retryAt, covered })
}
