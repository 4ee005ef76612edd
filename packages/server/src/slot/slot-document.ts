import type { FailureKind, RetirementReason } from '../shared/codes.ts'
import type { Grant, RefreshToken } from './refresh-token.ts'
import { clockSkewMs, type TokenWindows } from './token-windows.ts'

const second = 1000
const hour = 60 * 60 * second
/** A second invalidation within this time needs a probe first. */
const disputeMs = 10 * 60 * second
/** How long an instance with the key has to answer that it uses the current token. It reads the slot every 30 s. */
const unopenedPatienceMs = 10 * 60 * second

/** Longer than a mint may take (10 s): a lease that ends during the mint protects nothing. */
export const leaseMs: number = 15 * second
/** The longest lease: `revokeAll` sends a bulk revocation and a mint in a row. */
export const longLeaseMs: number = 30 * second
// Forage allows about 1000 live tokens per client, over all pools.
export const liveTokenLimit: number = 800

export interface TokenRecord extends TokenWindows {
  id: string
  token: string
  scope: string
  obtainedAt: number
  /** The fence of the lease under which it was minted. 0: without a lease, while the store was down. */
  fence: number
  /** No key of this instance opens it: `token` is unchanged from the store. Never stored. */
  isSealed?: true
  /** How it was issued, for a server with more than one grant. */
  grant?: Grant
}

export interface DrainingToken extends TokenRecord {
  why: RetirementReason
  /** The earliest time to revoke it, when its session tokens have expired. Later after a failed attempt. */
  revokeAfter: number
  /** The number of failed attempts to revoke it. */
  attempts: number
  /** The instance that is revoking it now. */
  claim: { owner: string; until: number } | null
}

export interface Lease {
  owner: string
  fence: number
  until: number
  /** The latest end of a token that is minted under it. */
  aliveUntil: number
}

/** A mint whose outcome is unknown. Its token may be alive, so it counts. */
export interface Suspect {
  fence: number
  until: number
}

export interface GoneToken {
  id: string
  until: number
}

export interface SlotFailure {
  kind: FailureKind
  code: string
  /** The number of failures of this kind in a row. */
  count: number
  at: number
  nextAttemptAt: number
  /** The HTTP status of the answer, if there was one. */
  status?: number
  /** The server named the time of the next attempt (`Retry-After`), so no caller is worth an earlier one. */
  byServer?: true
}

/** Everything that the instances of a fleet know about one pool's token. Only pure transitions change it. */
export interface SlotDocument {
  v: 1
  /**
   * Grows with each lease, and is at least the time of the lease in ms, so that a lease in a slot that was lost is older
   * than all leases after the loss. It is in the document because a failover can lose a separate counter.
   */
  fence: number
  lease: Lease | null
  current: TokenRecord | null
  /** Lives longer than its access tokens. Always null for a server without refresh tokens, like Forage. */
  refresh: RefreshToken | null
  draining: DrainingToken[]
  suspects: Suspect[]
  failure: SlotFailure | null
  /** The times of the mints in the last hour. */
  mints: number[]
  /** The times of the invalidations in the last 10 minutes. */
  invalidations: number[]
  /** When a probe last showed that the API accepts the current token, although it had answered 401 to a call. */
  acceptedAt: number | null
  /**
   * The current token that an instance has no key for, and when it said so. An instance with the key removes the mark. If
   * the mark stays, no such instance is left, and the token is replaced.
   */
  unopened: { id: string; at: number } | null
  frozen: { reason: string; at: number } | null
  /** The time of the last thaw: an instance that remembers an older freeze does not restore it. */
  thawedAt: number | null
  /**
   * The time when all tokens were dropped, and the first lease after that. An older token that arrives later is revoked,
   * too.
   */
  compromised: { at: number; fence: number } | null
  /** Dead tokens, until they would have expired: an instance that remembers one does not restore it. */
  gone: GoneToken[]
  /** The store lost this slot. Until then, a token may be alive that no instance remembers. */
  lostUntil: number | null
}

export type Refusal =
  | 'leased'
  | 'renewed'
  | 'sealed'
  | 'probe-first'
  | 'backing-off'
  | 'over-budget'
  | 'stale-fence'
  | 'not-current'
  | 'too-young'
  | 'frozen'
  | 'nothing-due'
export type Transition = { doc: SlotDocument } | { refused: Refusal }

export const emptySlot: SlotDocument = {
  v: 1,
  fence: 0,
  lease: null,
  current: null,
  refresh: null,
  draining: [],
  suspects: [],
  failure: null,
  mints: [],
  invalidations: [],
  acceptedAt: null,
  unopened: null,
  frozen: null,
  thawedAt: null,
  compromised: null,
  gone: [],
  lostUntil: null,
}

/**
 * Returns whether a session token minted from it now lives its 15 minutes. A token from the future was received before
 * the clock was set back, so the rest of its life is unknown.
 */
export function isUsable(token: TokenRecord | null, now: number): token is TokenRecord {
  return token !== null && !token.isSealed && now < token.mandatoryAt && !isFromFuture(token.obtainedAt, now)
}

/** Returns whether only other instances can open the current token, and are there to use it. */
export function isUsedByOthers(
  doc: SlotDocument,
  now: number,
): doc is SlotDocument & { current: TokenRecord } {
  const { current, unopened } = doc
  if (!current?.isSealed || now >= current.mandatoryAt || isFromFuture(current.obtainedAt, now)) return false
  return unopened?.id !== current.id || now - unopened.at < unopenedPatienceMs
}

/** Ignores a lease that ends later than any new one would: it was granted before the clock was set back. */
export function isLeased({ lease }: SlotDocument, now: number): boolean {
  return lease !== null && now < lease.until && !isFromFuture(lease.until - longLeaseMs, now)
}

export function isFromFuture(at: number, now: number): boolean {
  return at > now + clockSkewMs
}

/** Returns the document without expired entries. */
export function prune(doc: SlotDocument, now: number): SlotDocument {
  const isWithin = (ms: number) => (at: number) => now - at < ms && !isFromFuture(at, now)
  return {
    ...doc,
    refresh: doc.refresh && now < doc.refresh.expiresAt ? doc.refresh : null,
    draining: doc.draining.filter((token) => now < token.expiresAt),
    suspects: doc.suspects.filter((suspect) => now < suspect.until).slice(-liveTokenLimit),
    mints: doc.mints.filter(isWithin(hour)),
    invalidations: doc.invalidations.filter(isWithin(disputeMs)),
    acceptedAt: doc.acceptedAt !== null && isWithin(disputeMs)(doc.acceptedAt) ? doc.acceptedAt : null,
    unopened: doc.unopened?.id === doc.current?.id ? doc.unopened : null,
    gone: doc.gone.filter(({ until }) => now < until),
    lostUntil: doc.lostUntil !== null && now < doc.lostUntil ? doc.lostUntil : null,
  }
}

/** Returns whether a 401 may be about something else than the token: then a probe comes before the next invalidation. */
export function isDisputed(doc: SlotDocument, now: number): boolean {
  const { invalidations, acceptedAt } = prune(doc, now)
  return invalidations.length > 0 || acceptedAt !== null
}

/** Returns the tokens that only instances with another key can open. They are alive, but not usable here. */
export function sealedTokens({ current, draining }: SlotDocument): TokenRecord[] {
  return [current, ...draining].filter((token) => token?.isSealed) as TokenRecord[]
}

/**
 * Returns how many tokens may be alive that this instance cannot name: mints whose answer was lost, tokens that are sealed
 * with an unknown key, and one for everything that a lost slot held.
 */
export function unknownTokens(doc: SlotDocument, now: number): number {
  const lost = doc.lostUntil !== null && now < doc.lostUntil ? 1 : 0
  return doc.suspects.length + sealedTokens(doc).length + lost
}

/** Returns whether the store has no document yet, or has lost it. */
export function isNew({ fence, current, draining }: SlotDocument): boolean {
  return fence === 0 && current === null && draining.length === 0
}

/** Returns how long the store keeps the document: until its last entry expires, and a day more. */
export function documentTtlMs(doc: SlotDocument, now: number): number {
  const ends = [
    doc.current?.expiresAt ?? 0,
    doc.refresh?.expiresAt ?? 0,
    ...doc.draining.map((token) => token.expiresAt),
  ]
  // A frozen pool stays frozen until an operator thaws it.
  const frozen = doc.frozen ? 365 * 24 * hour : 0
  const last = Math.max(now + frozen, ...ends, ...doc.suspects.map((suspect) => suspect.until))
  return last - now + 24 * hour
}
