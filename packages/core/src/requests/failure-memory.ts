import type { ForageSessionError, ForageSessionErrorCode } from '../shared/errors.ts'

/** What is remembered of the failures in a row. Times are ms of session time. */
export interface FailureMemory {
  readonly inARow: number
  /** Of the last token request that failed. */
  readonly kind?: ForageSessionErrorCode | 'malformed'
  readonly last?: Failure
}

export interface Failure {
  readonly error: ForageSessionError
  /** Until then nobody asks again; Infinity: until somebody says so. */
  readonly retryAt: number
}

export const noFailures: FailureMemory = { inARow: 0 }

const malformed = /not_json|missing|malformed/

const firstDelayMs = 1000
const longestDelayMs = 30_000

/**
 * The memory after one more failure.
 * The first deadline in a row is not held against the next caller, and the first malformed answer may be a
 * deployment in progress; jitter only lengthens a wait, and a `Retry-After` is never cut short.
 */
export function remember(
  memory: FailureMemory,
  error: ForageSessionError,
  { now, random, retryAfterMs }: { now: number; random: number; retryAfterMs: number },
): Required<FailureMemory> {
  const inARow = memory.inARow + 1
  const kind = malformed.test(error.code) ? 'malformed' : error.code
  const isFirst = kind !== memory.kind
  const backOffMs = Math.min(longestDelayMs, firstDelayMs * 2 ** memory.inARow)
  const isExcused = isFirst && kind === 'endpoint_timeout'
  const waitMs = isExcused ? 0 : Math.max(backOffMs, retryAfterMs) + (backOffMs * random) / 2
  const isRetried = error.retryable || (isFirst && kind === 'malformed')
  return { inARow, kind, last: { error, retryAt: isRetried ? now + waitMs : Infinity } }
}

/** What to give to a caller now, without asking anybody. */
export function remembered({ last }: FailureMemory, now: number): Failure | undefined {
  return last && now < last.retryAt ? last : undefined
}

/** The memory with a wait, or an end, that is not the answer to a token request. */
export function holdOff(memory: FailureMemory, error: ForageSessionError, retryAt: number): FailureMemory {
  return { ...memory, last: { error, retryAt } }
}

/** The network came back, or the customer did: one earlier try. Terminal failures stay. */
export function allowProbe(memory: FailureMemory, now: number): FailureMemory {
  const { last } = memory
  return last && now < last.retryAt && last.retryAt < Infinity ? holdOff(memory, last.error, now) : memory
}
