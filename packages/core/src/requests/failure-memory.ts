import type { ForageSessionError } from '../shared/errors.ts'

/** A failure that stands in the way of the next token request. Times are in ms of session time. */
export interface Failure {
  readonly error: ForageSessionError
  /** The time when the session tries again; Infinity: the failure is final, until a caller starts again. */
  readonly retryAt: number
}

/** The failures since the last token. */
export interface FailureMemory {
  failedInARow: number
  failure?: Failure | undefined
  /** The time of an earlier chance: the customer or the network came back. */
  allowedAt?: number | undefined
}

/**
 * Returns how long to wait after one more failure. The first deadline in a row does not delay the next caller.
 * Jitter only lengthens a wait, and `Retry-After` is never shortened.
 */
export function waitAfter(
  { failedInARow, failure }: FailureMemory,
  { code, retryable }: ForageSessionError,
  retryAfterMs: number,
  random: number,
): number {
  if (!retryable) return Infinity
  if (code === 'endpoint_timeout' && failure?.error.code !== code) return 0
  const backOffMs = Math.min(30_000, 1000 * 2 ** failedInARow)
  return Math.max(backOffMs, retryAfterMs) + (backOffMs * random) / 2
}

/** Returns the failure that a caller gets now instead of a token request. */
export function remembered({ failure, allowedAt }: FailureMemory, now: number): Failure | undefined {
  return failure && now < (allowedAt ?? failure.retryAt) ? failure : undefined
}
