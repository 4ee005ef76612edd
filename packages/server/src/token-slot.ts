import { clockSkewMs, sessionTokenLifetimeMs, type TokenWindows } from './token-windows.ts'

const second = 1000
const hour = 60 * 60 * second

/** Longer than a mint may take (10 s): a lease that ends during the work protects nothing. */
export const leaseMs: number = 15 * second
/** How long a token is served from memory without asking the store. */
export const memoryMs: number = 30 * second
/** A token refused this soon after its mint is not mended by another mint. */
export const youngMs: number = 10 * second
// A routine is one mint per days. More than this in an hour is a loop.
const mintsPerHour = 20
// Forage allows about 1000 live tokens per client, over all pools. Near it one mint per hour must do; none at all
// would turn hours of lost answers into days without a token.
const liveTokenLimit = 800
const mintsPerHourNearLimit = 1
// While callers wait, a transient failure is tried again at the latest after this.
const mandatoryRetryMs = 10 * second

export interface TokenRecord extends TokenWindows {
  id: string
  token: string
  scope: string
  obtainedAt: number
  /** The lease it was minted under. */
  fence: number
}

export interface DrainingToken extends TokenRecord {
  why: 'renewed' | 'invalidated' | 'orphan'
  /** The earliest time to revoke it: its session tokens have run out by then. */
  revokeAfter: number
}

export interface Lease {
  owner: string
  fence: number
  until: number
}

export type FailureKind = 'transient' | 'throttled' | 'credential' | 'config' | 'limit' | 'rejected'

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

/** All that the instances of a fleet know about one pool's token. Changed only by the functions below. */
export interface SlotDocument {
  v: 1
  /** Grows with each lease. It is in the document because a counter beside it can be lost in a failover. */
  fence: number
  lease: Lease | null
  current: TokenRecord | null
  draining: DrainingToken[]
  /** Mints whose answer was lost: they may be alive and count as such. */
  suspects: { until: number }[]
  failure: SlotFailure | null
  /** Times of the mints of the last hour. */
  mints: number[]
}

export type Refusal = 'leased' | 'backing-off' | 'over-budget' | 'stale-fence' | 'not-current' | 'too-young'
export type Transition = { doc: SlotDocument } | { refused: Refusal }

export const emptySlot: SlotDocument = {
  v: 1,
  fence: 0,
  lease: null,
  current: null,
  draining: [],
  suspects: [],
  failure: null,
  mints: [],
}

/** The right to mint. Every lease has a higher fence than all before it. */
export function acquireLease(doc: SlotDocument, now: number, input: { owner: string }): Transition {
  if (isLeased(doc, now)) return { refused: 'leased' }
  if (now < blockedUntil(doc, now)) return { refused: 'backing-off' }
  const pruned = prune(doc, now)
  if (isOverBudget(pruned, now)) return { refused: 'over-budget' }
  const fence = doc.fence + 1
  return { doc: { ...pruned, fence, lease: { owner: input.owner, fence, until: now + leaseMs } } }
}

/** A new token becomes current. One minted under an older lease is refused: its holder was overtaken. */
export function commitToken(
  doc: SlotDocument,
  now: number,
  input: { fence: number; token: TokenRecord },
): Transition {
  if (!holdsLease(doc, input.fence)) return { refused: 'stale-fence' }
  const drained = drain(doc, now, 'renewed')
  return {
    doc: prune(
      { ...drained, current: input.token, lease: null, failure: null, mints: [...doc.mints, now] },
      now,
    ),
  }
}

/** A mint failed: the lease is given back and the whole fleet waits until `failure.nextAttemptAt`. */
export function recordFailure(
  doc: SlotDocument,
  now: number,
  input: { fence: number; failure: SlotFailure; suspectUntil?: number | undefined },
): Transition {
  if (!holdsLease(doc, input.fence)) return { refused: 'stale-fence' }
  const suspects = input.suspectUntil === undefined ? [] : [{ until: input.suspectUntil }]
  const failed = { ...doc, lease: null, failure: input.failure, suspects: [...doc.suspects, ...suspects] }
  return { doc: prune(failed, now) }
}

/** The API refused this token. Only the current one is dropped, so that a late 401 cannot kill a newer token. */
export function invalidateToken(doc: SlotDocument, now: number, input: { id: string }): Transition {
  if (doc.current?.id !== input.id) return { refused: 'not-current' }
  if (now - doc.current.obtainedAt < youngMs) return { refused: 'too-young' }
  return { doc: drain(doc, now, 'invalidated') }
}

/** The API refused the token that replaced a refused one: until `failure.nextAttemptAt` nobody tries. */
export function rejectToken(
  doc: SlotDocument,
  _now: number,
  input: { id: string; failure: SlotFailure },
): Transition {
  if (doc.current?.id !== input.id) return { refused: 'not-current' }
  return { doc: { ...doc, failure: input.failure } }
}

/** A token whose commit was refused is alive: it counts until it is revoked or has expired. */
export function registerOrphan(doc: SlotDocument, now: number, input: { token: TokenRecord }): Transition {
  const orphan: DrainingToken = { ...input.token, why: 'orphan', revokeAfter: now }
  return { doc: prune({ ...doc, draining: [...doc.draining, orphan], mints: [...doc.mints, now] }, now) }
}

/** A draining token was revoked. */
export function forgetDrained(doc: SlotDocument, _now: number, input: { id: string }): Transition {
  return { doc: { ...doc, draining: doc.draining.filter(({ id }) => id !== input.id) } }
}

export type SlotDecision =
  | { do: 'serve'; token: TokenRecord; renew: boolean }
  | { do: 'mint' }
  | { do: 'wait' }
  | { do: 'fail'; failure: SlotFailure }

/** What a caller who needs a token does now. A failure reaches it only if no usable token is there. */
export function decide(doc: SlotDocument, now: number): SlotDecision {
  const { current, failure } = doc
  if (failure && isRejecting(failure, now)) return { do: 'fail', failure }
  const isFree = !isLeased(doc, now) && now >= blockedUntil(doc, now) && !isOverBudget(doc, now)
  if (isUsable(current, now))
    return { do: 'serve', token: current, renew: now >= current.advisoryAt && isFree }
  if (isFree) return { do: 'mint' }
  if (isLeased(doc, now)) return { do: 'wait' }
  return { do: 'fail', failure: failure && now < blockedUntil(doc, now) ? failure : overBudget(now) }
}

/** Whether a session token minted from it now lives its 15 minutes. */
export function isUsable(token: TokenRecord | null, now: number): token is TokenRecord {
  return token !== null && now < token.mandatoryAt
}

/** How long the document is worth keeping: until the last thing in it has expired, and a day. */
export function documentTtlMs(doc: SlotDocument, now: number): number {
  const ends = [doc.current?.expiresAt ?? 0, ...doc.draining.map((token) => token.expiresAt)]
  const last = Math.max(now, ...ends, ...doc.suspects.map((suspect) => suspect.until))
  return last - now + 24 * hour
}

function isLeased({ lease }: SlotDocument, now: number): boolean {
  return lease !== null && now < lease.until
}

function holdsLease({ lease }: SlotDocument, fence: number): boolean {
  return lease?.fence === fence
}

function isRejecting(failure: SlotFailure, now: number): boolean {
  return failure.kind === 'rejected' && now < failure.nextAttemptAt
}

function blockedUntil({ current, failure }: SlotDocument, now: number): number {
  if (!failure) return 0
  if (failure.kind !== 'transient' || isUsable(current, now)) return failure.nextAttemptAt
  return Math.min(failure.nextAttemptAt, failure.at + mandatoryRetryMs)
}

function isOverBudget(doc: SlotDocument, now: number): boolean {
  const { draining, suspects, mints } = prune(doc, now)
  const isNearLimit = draining.length + suspects.length >= liveTokenLimit
  return mints.length >= (isNearLimit ? mintsPerHourNearLimit : mintsPerHour)
}

function overBudget(now: number): SlotFailure {
  const nextAttemptAt = now + 60 * second
  return { kind: 'limit', code: 'mint_budget_exhausted', count: 1, at: now, nextAttemptAt }
}

function drain(doc: SlotDocument, now: number, why: DrainingToken['why']): SlotDocument {
  if (!doc.current) return doc
  const revokeAfter = now + memoryMs + sessionTokenLifetimeMs + clockSkewMs
  return { ...doc, current: null, draining: [...doc.draining, { ...doc.current, why, revokeAfter }] }
}

function prune(doc: SlotDocument, now: number): SlotDocument {
  return {
    ...doc,
    draining: doc.draining.filter((token) => now < token.expiresAt),
    suspects: doc.suspects.filter((suspect) => now < suspect.until).slice(-liveTokenLimit),
    mints: doc.mints.filter((at) => now - at < hour),
  }
}
