import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { TokenAnswer, TokenFailure } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Emitter } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import type { OwnFailure } from '../slot/own-failure.ts'
import type { RefreshToken } from '../slot/refresh-token.ts'
import {
  isUsable,
  type Refusal,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
} from '../slot/slot-document.ts'
import { forgetDrained, registerOrphan } from '../slot/slot-draining.ts'
import { isStoreUnavailable } from '../slot/slot-error.ts'
import { returnLease } from '../slot/slot-lease.ts'
import type { SlotView } from '../slot/slot-view.ts'
import { acceptToken, acquireLease, commitToken, recordFailure, rejectMint } from '../slot/token-slot.ts'
import type { TokenWindowsOf } from '../slot/token-windows.ts'
import type { BackgroundWork } from './background-work.ts'
import type { LocalToken } from './token-local.ts'
import type { TokenProbe } from './token-probe.ts'
import { reportSkew, tokenRecord } from './token-record.ts'

export interface TokenRenewalOptions {
  pool: string
  slot: SlotView
  oauth: OAuthClient
  /** Requests the next token under the lease. Rejects only if the store is down. Default: `oauth.requestToken`. */
  requestToken?: (leased: SlotDocument) => Promise<TokenAnswer>
  /** Default: the windows of a token from which session tokens are minted. */
  windows?: TokenWindowsOf
  /** Whether retired tokens are revoked. If not, they expire. Default: true. */
  revokes?: boolean
  probe: TokenProbe
  /** Whether the probe can tell if the API accepts a token. Default: true. */
  canProbe?: boolean
  local: LocalToken
  /** The reason why only this instance does not mint. */
  own: OwnFailure
  /** The requested lifetime in ms: if the answer of a mint is lost, its token may live this long. */
  lifetimeMs: number
  emitter: Emitter
  clock: ServerClock
  random: () => number
  background: BackgroundWork
}

/** The lease under which a token is minted, and the reason. */
export interface Mint {
  leased: SlotDocument
  why: 'renewed' | 'rotated'
}

/** Why a token is minted. A renewal replaces the token that its caller read, and no newer one. */
export type RenewalRequest = { why: 'renewed'; seen: string | null } | { why: 'rotated' }

/**
 * Takes the lease, mints and commits. The outcome is in the slot for all instances, even a failure, unless the failure
 * concerns only this one. Rejects only if the store does not answer. Returns the reason if the lease is refused.
 */
export async function renewToken(
  options: TokenRenewalOptions,
  request: RenewalRequest,
): Promise<Refusal | undefined> {
  const { slot, lifetimeMs, own } = options
  if (own.current) return 'backing-off'
  const seen = request.why === 'renewed' ? { seen: request.seen } : {}
  const lease = { owner: crypto.randomUUID(), lifetimeMs, ...seen }
  const { doc, refused } = await slot.change(acquireLease, lease)
  if (refused !== undefined) return refused
  const { why } = request
  if (doc.failure?.kind === 'rejected' && why === 'renewed') await closeBreaker(options, doc)
  else await mintToken(options, { leased: doc, why })
  return undefined
}

/** Mints under a held lease. Returns the new token if it became the current one. */
export async function mintToken(options: TokenRenewalOptions, mint: Mint): Promise<TokenRecord | undefined> {
  const minted = await requestToken(options, mint.leased)
  return minted && commit(options, mint, minted)
}

/**
 * Probes for all instances whether the API accepts the current token again, or else a new one, after it refused two tokens
 * in a row. So no customer's request is the test.
 */
async function closeBreaker(options: TokenRenewalOptions, leased: SlotDocument): Promise<void> {
  const { slot, probe, clock } = options
  const { current, fence } = leased
  if (isUsable(current, clock.now()) && (await probe(current.token)) !== 'refused') {
    await slot.change(acceptToken, { fence })
    return
  }
  const minted = await requestToken(options, leased)
  if (!minted) return
  if ((await probe(minted.token.token)) === 'refused') await refuseMint(options, leased, minted.token)
  else await commit(options, { leased, why: 'renewed' }, minted)
}

async function refuseMint(
  options: TokenRenewalOptions,
  { fence, failure: previous }: SlotDocument,
  token: TokenRecord,
): Promise<void> {
  const { slot, local, oauth, emitter, pool, clock, random } = options
  const input = { kind: 'rejected', code: 'rejected_again', status: 401 } as const
  const failure = nextFailure(input, clock.now(), previous, random())
  const { refused } = await slot
    .change(rejectMint, { fence, token, failure })
    .catch(async (error: unknown) => {
      // The store went down. No other instance knows of the token.
      if (!(await oauth.revoke(token.token))) local.keepOrphan(token)
      throw error
    })
  if (refused !== undefined) return discard(options, token)
  const mark = fingerprint(token.token)
  const retryAt = failure.nextAttemptAt
  emitter.emit({ type: 'authentication-token-rejected', pool, fingerprint: mark, retryAt })
}

interface MintedToken {
  token: TokenRecord
  refresh: RefreshToken | null | undefined
}

/** Returns a token that is not in the slot yet. If the request fails, the failure is in the slot. */
async function requestToken(
  options: TokenRenewalOptions,
  leased: SlotDocument,
): Promise<MintedToken | undefined> {
  const {
    oauth,
    emitter,
    pool,
    random,
    own,
    windows,
    requestToken: request = () => oauth.requestToken(),
  } = options
  emitter.emit({ type: 'authentication-token-requested', pool })
  const answer = await request(leased)
  if (answer.ok) {
    own.clear()
    reportSkew(emitter, pool, answer)
    return { token: tokenRecord(answer, leased.fence, random(), windows), refresh: answer.refresh }
  }
  await fail(options, answer, leased)
  return undefined
}

async function commit(
  options: TokenRenewalOptions,
  { leased: { fence }, why }: Mint,
  { token, refresh }: MintedToken,
): Promise<TokenRecord | undefined> {
  const { slot, emitter, pool, local } = options
  const { refused } = await slot
    .change(commitToken, { fence, token, refresh, why })
    .catch((error: unknown) => {
      // The store went down during the mint.
      local.keep(token)
      throw error
    })
  if (refused !== undefined) {
    await discard(options, token)
    return undefined
  }
  const { expiresAt } = token
  const mark = fingerprint(token.token)
  emitter.emit({ type: 'authentication-token-received', pool, fingerprint: mark, expiresAt })
  return token
}

// The lease ended during the mint and another instance took over: this token is alive, but no instance will use it.
async function discard(
  { slot, oauth, emitter, pool, local }: TokenRenewalOptions,
  token: TokenRecord,
): Promise<void> {
  const isStored = await slot.change(registerOrphan, { token }).then(() => true, ignoreStore)
  const revoked = await oauth.revoke(token.token)
  if (isStored && revoked) await slot.changeAnyway(forgetDrained, { id: token.id })
  if (!isStored && !revoked) local.keepOrphan(token)
  const mark = fingerprint(token.token)
  emitter.emit({ type: 'authentication-token-orphaned', pool, fingerprint: mark, revoked })
}

function ignoreStore(error: unknown): false {
  if (!isStoreUnavailable(error)) throw error
  return false
}

async function fail(options: TokenRenewalOptions, answer: TokenFailure, leased: SlotDocument): Promise<void> {
  const { emitter, pool, clock, random, own } = options
  const now = clock.now()
  const isOwn = answer.kind === 'credential' || answer.kind === 'config'
  const previous = isOwn ? own.last : leased.failure
  const failure = nextFailure(answer, now, previous, random())
  await record(options, failure, answer.lost, leased)
  const { kind, code, nextAttemptAt: retryAt } = failure
  const covered = isUsable(leased.current, now)
  emitter.emit({ type: 'authentication-token-failed', pool, kind, code, retryAt, covered })
}

/**
 * Records a failure for all instances. Refused credentials and a wrong configuration concern this instance alone: the
 * others may have the new secret already, and a restart with another configuration tries again.
 */
async function record(
  { slot, own, lifetimeMs }: TokenRenewalOptions,
  failure: SlotFailure,
  isLost: boolean,
  { fence }: SlotDocument,
): Promise<void> {
  if (failure.kind === 'credential' || failure.kind === 'config') {
    own.set(failure)
    await slot.change(returnLease, { fence })
    return
  }
  const suspectUntil = isLost ? failure.at + lifetimeMs : undefined
  await slot.change(recordFailure, { fence, failure, suspectUntil })
}
