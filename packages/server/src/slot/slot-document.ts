import type { Grant, RefreshToken } from './refresh-token.ts'
import { clockSkewMs, type TokenWindows } from './token-windows.ts'

const second = 1000
const hour = 60 * 60 * second
const invalidationsKeptMs = 10 * 60 * second

/** Longer than a mint may take (10 s): a lease that ends during the work protects nothing. */
export const leaseMs: number = 15 * second
/** The longest lease there is: `revokeAll` asks for bulk revocation and a mint in a row. */
export const longLeaseMs: number = 30 * second
// Forage allows about 1000 live tokens per client, over all pools.
export const liveTokenLimit: number = 800

export interface TokenRecord extends TokenWindows {
  id: string
  token: string
  scope: string
  obtainedAt: number
  /** The lease it was minted under; 0: none, while the store was down. */
  fence: number
  /** No key that is here opens it: `token` is as it is in the store, for those who have the key. Never stored. */
  isSealed?: true
  /** How it was obtained, where there is more than one way. */
  grant?: Grant
}

export type RetirementReason = 'renewed' | 'rotated' | 'invalidated' | 'orphan' | 'local' | 'compromised'

export interface DrainingToken extends TokenRecord {
  why: RetirementReason
  /** The earliest time to revoke it: its session tokens have run out by then. Later after a failed attempt. */
  revokeAfter: number
  /** Failed attempts to revoke it. */
  attempts: number
  /** Who is revoking it just now. */
  claim: { owner: string; until: number } | null
}

export interface Lease {
  owner: string
  fence: number
  until: number
  /** How long a token minted under it may live. */
  aliveUntil: number
}

/** A mint whose outcome is unknown: it may be alive and counts as such. */
export interface Suspect {
  fence: number
  until: number
}

export type FailureKind =
  | 'transient'
  | 'throttled'
  | 'credential'
  | 'config'
  | 'limit'
  | 'rejected'
  | 'frozen'

export interface SlotFailure {
  kind: FailureKind
  code: string
  /** In a row, of this kind. */
  count: number
  at: number
  nextAttemptAt: number
  /** Of Forage's answer, if there was one. */
  status?: number
}

/** All that the instances of a fleet know about one pool's token. Changed only by pure transitions. */
export interface SlotDocument {
  v: 1
  /** Grows with each lease. It is in the document because a counter beside it can be lost in a failover. */
  fence: number
  lease: Lease | null
  current: TokenRecord | null
  /** Outlives the access tokens it brings. Always null for a server that issues none, like Forage. */
  refresh: RefreshToken | null
  draining: DrainingToken[]
  suspects: Suspect[]
  failure: SlotFailure | null
  /** Times of the mints of the last hour. */
  mints: number[]
  /** Times of the invalidations of the last 10 minutes. */
  invalidations: number[]
  frozen: { reason: string; at: number } | null
  /** When all its tokens were dropped, and the first lease after that: an older one that comes later is revoked, too. */
  compromised: { at: number; fence: number } | null
}

export type Refusal =
  | 'leased'
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
  frozen: null,
  compromised: null,
}

/**
 * Whether a session token minted from it now lives its 15 minutes. A token from the future was obtained before the
 * clock was set back, so nobody knows how long it still lives.
 */
export function isUsable(token: TokenRecord | null, now: number): token is TokenRecord {
  return token !== null && !token.isSealed && now < token.mandatoryAt && !isFromFuture(token.obtainedAt, now)
}

/** A lease that ends later than any that could be granted now was granted before the clock was set back. */
export function isLeased({ lease }: SlotDocument, now: number): boolean {
  return lease !== null && now < lease.until && !isFromFuture(lease.until - longLeaseMs, now)
}

export function isFromFuture(at: number, now: number): boolean {
  return at > now + clockSkewMs
}

/** Without what has expired. */
export function prune(doc: SlotDocument, now: number): SlotDocument {
  const isWithin = (ms: number) => (at: number) => now - at < ms && !isFromFuture(at, now)
  return {
    ...doc,
    refresh: doc.refresh && now < doc.refresh.expiresAt ? doc.refresh : null,
    draining: doc.draining.filter((token) => now < token.expiresAt),
    suspects: doc.suspects.filter((suspect) => now < suspect.until).slice(-liveTokenLimit),
    mints: doc.mints.filter(isWithin(hour)),
    invalidations: doc.invalidations.filter(isWithin(invalidationsKeptMs)),
  }
}

/** Tokens of others, which have the key: alive, and of no use here. */
export function sealedTokens({ current, draining }: SlotDocument): TokenRecord[] {
  return [current, ...draining].filter((token) => token?.isSealed) as TokenRecord[]
}

/** How long the document is worth keeping: until the last thing in it has expired, and a day. */
export function documentTtlMs(doc: SlotDocument, now: number): number {
  const ends = [
    doc.current?.expiresAt ?? 0,
    doc.refresh?.expiresAt ?? 0,
    ...doc.draining.map((token) => token.expiresAt),
  ]
  // A pool that was frozen stays so until it is thawed.
  const frozen = doc.frozen ? 365 * 24 * hour : 0
  const last = Math.max(now + frozen, ...ends, ...doc.suspects.map((suspect) => suspect.until))
  return last - now + 24 * hour
}
