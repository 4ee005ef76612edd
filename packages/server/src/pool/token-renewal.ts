import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { TokenAnswer, TokenFailure } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Emitter } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import type { RefreshToken } from '../slot/refresh-token.ts'
import { isUsable, type Refusal, type SlotDocument, type TokenRecord } from '../slot/slot-document.ts'
import { forgetDrained, registerOrphan } from '../slot/slot-draining.ts'
import type { SlotView } from '../slot/slot-view.ts'
import { acceptToken, acquireLease, commitToken, recordFailure, rejectMint } from '../slot/token-slot.ts'
import type { TokenWindowsOf } from '../slot/token-windows.ts'
import { reportSkew } from './report-skew.ts'
import type { LocalToken } from './token-local.ts'
import type { TokenProbe } from './token-probe.ts'
import { tokenRecord } from './token-record.ts'

export interface TokenRenewalOptions {
  pool: string
  slot: SlotView
  oauth: OAuthClient
  /** Where the next token comes from, under the lease; never rejects but for the store. Default: `oauth`. */
  requestToken?: (leased: SlotDocument) => Promise<TokenAnswer>
  /** Default: of a token that session tokens are minted from. */
  windows?: TokenWindowsOf
  /** Whether retired tokens are revoked, or run out by themselves. Default: true. */
  revokes?: boolean
  probe: TokenProbe
  local: LocalToken
  /** What is asked for: how long a mint whose answer was lost may be alive, in ms. */
  lifetimeMs: number
  emitter: Emitter
  clock: ServerClock
  random: () => number
  /** Given where no request may await what another one began. */
  waitUntil: ((work: Promise<unknown>) => void) | undefined
}

/** Why a token is minted, and under which lease. */
export interface Mint {
  leased: SlotDocument
  why: 'renewed' | 'rotated'
}

/**
 * Lease, mint, commit. The outcome, also a failure, is in the slot for all instances; rejects only if the store
 * does not answer. Does nothing if the lease is refused, and says why.
 */
export async function renewToken(
  options: TokenRenewalOptions,
  why: Mint['why'] = 'renewed',
): Promise<Refusal | undefined> {
  const { slot, lifetimeMs } = options
  const { doc, refused } = await slot.change(acquireLease, { owner: crypto.randomUUID(), lifetimeMs })
  if (refused !== undefined) return refused
  if (doc.failure?.kind === 'rejected' && why === 'renewed') await closeBreaker(options, doc)
  else await mintToken(options, { leased: doc, why })
  return undefined
}

/** Mints under a lease that is held. The new token if it became current. */
export async function mintToken(options: TokenRenewalOptions, mint: Mint): Promise<TokenRecord | undefined> {
  const minted = await requestToken(options, mint.leased)
  return minted && commit(options, mint, minted)
}

/**
 * The API refused two tokens in a row. The holder of the lease finds out for all whether it accepts the current one
 * by now, else a new one; no customer is the test.
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
  const { slot, emitter, pool, clock, random } = options
  const input = { kind: 'rejected', code: 'rejected_again', status: 401 } as const
  const failure = nextFailure(input, clock.now(), previous, random())
  const { refused } = await slot.change(rejectMint, { fence, token, failure })
  if (refused !== undefined) return discard(options, token)
  const mark = fingerprint(token.token)
  const retryAt = failure.nextAttemptAt
  emitter.emit({ type: 'authentication-token-rejected', pool, fingerprint: mark, retryAt })
}

interface MintedToken {
  token: TokenRecord
  refresh: RefreshToken | null | undefined
}

/** A token that is not in the slot yet; undefined, and the failure in the slot, if there is none. */
async function requestToken(
  options: TokenRenewalOptions,
  leased: SlotDocument,
): Promise<MintedToken | undefined> {
  const {
    oauth,
    emitter,
    pool,
    random,
    windows,
    requestToken: request = () => oauth.requestToken(),
  } = options
  emitter.emit({ type: 'authentication-token-requested', pool })
  const answer = await request(leased)
  if (answer.ok) {
    reportSkew(emitter, pool, answer.skewMs)
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
