import { failureKindOf, type FailureKind, type ForageSessionError } from '../shared/errors.ts'

/** A record of the failures in a row. Times are in ms of session time. */
export interface FailureMemory {
  readonly inARow: number
  /** The kind of the last failed token request. */
  readonly kind?: FailureKind | undefined
  readonly last?: Failure
}

/** A failure that stands in the way of the next token request. */
export interface Failure {
  readonly error: ForageSessionError
  /** The time when the next request is allowed; Infinity: only after `retry()`, `setCheckout()` or `clear()`. */
  readonly retryAt: number
}

export const noFailures: FailureMemory = { inARow: 0 }

/**
 * Returns the memory after one more failure. The first deadline in a row does not delay the next caller, and the
 * first malformed response is tried again. Jitter only lengthens a wait, and `Retry-After` is never shortened.
 */
export function remember(
  memory: FailureMemory,
  error: ForageSessionError,
  now: number,
  retryAfterMs: number,
  random: number,
): FailureMemory {
  const kind = failureKindOf(error.code)
  const isFirst = kind !== memory.kind
  const backOffMs = Math.min(30_000, 1000 * 2 ** memory.inARow)
  const isExcused = isFirst && kind === 'timeout'
  const waitMs = isExcused ? 0 : Math.max(backOffMs, retryAfterMs) + (backOffMs * random) / 2
  const isRetried = error.retryable || (isFirst && kind === 'malformed')
  return { inARow: memory.inARow + 1, kind, last: { error, retryAt: isRetried ? now + waitMs : Infinity } }
}

/** Returns the failure that a caller gets now instead of a token request. */
export function remembered({ last }: FailureMemory, now: number): Failure | undefined {
  return last && now < last.retryAt ? last : undefined
}

/** Allows one earlier try: the network or the customer is back. A final failure stays. */
export function allowProbe(memory: FailureMemory, now: number): FailureMemory {
  const { last } = memory
  const isWaiting = last && now < last.retryAt && last.retryAt < Infinity
  return isWaiting ? { ...memory, last: { ...last, retryAt: now } } : memory
}
