import type { ForageSessionError } from '../shared/errors.ts'

/** A record of the failures in a row. Times are in ms of session time. */
export interface FailureMemory {
  readonly inARow: number
  /** Whether the last token request ended at its deadline. */
  readonly timedOut?: boolean
  readonly last?: Failure | undefined
}

/** A failure that stands in the way of the next token request. */
export interface Failure {
  readonly error: ForageSessionError
  /** The time when the next request is allowed; Infinity: the failure is final, until a caller starts again. */
  readonly retryAt: number
}

export const noFailures: FailureMemory = { inARow: 0 }

/**
 * Returns the memory after one more failure. The first deadline in a row does not delay the next caller.
 * Jitter only lengthens a wait, and `Retry-After` is never shortened.
 */
export function remember(
  memory: FailureMemory,
  error: ForageSessionError,
  now: number,
  retryAfterMs: number,
  random: number,
): FailureMemory {
  const timedOut = error.code === 'endpoint_timeout'
  const backOffMs = Math.min(30_000, 1000 * 2 ** memory.inARow)
  const waitMs =
    timedOut && !memory.timedOut ? 0 : Math.max(backOffMs, retryAfterMs) + (backOffMs * random) / 2
  const retryAt = error.retryable ? now + waitMs : Infinity
  return { inARow: memory.inARow + 1, timedOut, last: { error, retryAt } }
}

/** Returns the failure that a caller gets now instead of a token request. */
export function remembered({ last }: FailureMemory, now: number): Failure | undefined {
  return last && now < last.retryAt ? last : undefined
}

/** Allows a request at once, also after a final failure. */
export function release(memory: FailureMemory): FailureMemory {
  return { ...memory, last: undefined }
}

/** Allows one earlier try: the network or the customer is back. A final failure stays. */
export function allowProbe(memory: FailureMemory, now: number): FailureMemory {
  const { last } = memory
  const isWaiting = last && now < last.retryAt && last.retryAt < Infinity
  return isWaiting ? { ...memory, last: { ...last, retryAt: now } } : memory
}
