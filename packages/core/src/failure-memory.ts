import type { ForageSessionError, ForageSessionErrorCode } from './errors.ts'

/** What is remembered of the failures in a row. Times are ms of session time. */
export interface FailureMemory {
  readonly inARow: number
  readonly deadlinesInARow: number
  readonly malformedInARow: number
  /** Until `retryAt` nobody asks again; null: until somebody says so. */
  readonly last?: { readonly error: ForageSessionError; readonly retryAt: number | null }
}

export const noFailures: FailureMemory = { inARow: 0, deadlinesInARow: 0, malformedInARow: 0 }

const malformed = new Set<ForageSessionErrorCode>(['endpoint_not_json', 'token_missing', 'token_malformed'])

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
  { now, random, retryAfterMs = 0 }: { now: number; random: number; retryAfterMs?: number | undefined },
): Required<FailureMemory> {
  const inARow = memory.inARow + 1
  const deadlinesInARow = error.code === 'endpoint_timeout' ? memory.deadlinesInARow + 1 : 0
  const malformedInARow = malformed.has(error.code) ? memory.malformedInARow + 1 : 0
  const backOffMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (inARow - 1))
  const waitMs = deadlinesInARow === 1 ? 0 : Math.max(backOffMs, retryAfterMs) + (backOffMs * random) / 2
  const retryAt = error.retryable || malformedInARow === 1 ? now + waitMs : null
  return { inARow, deadlinesInARow, malformedInARow, last: { error, retryAt } }
}

/** The error to give to a caller now, without asking anybody. */
export function remembered(memory: FailureMemory, now: number): ForageSessionError | undefined {
  const { last } = memory
  return last && (last.retryAt === null || now < last.retryAt) ? last.error : undefined
}

/** The memory with a wait that is nobody's failure: the budget is spent. */
export function holdOff(
  memory: FailureMemory,
  error: ForageSessionError,
  retryAt: number,
): Required<FailureMemory> {
  return { ...memory, last: { error, retryAt } }
}

/** The network came back, or the customer did: one earlier try. Terminal failures stay. */
export function allowProbe(memory: FailureMemory, now: number): FailureMemory {
  if (!memory.last || memory.last.retryAt === null || memory.last.retryAt <= now) return memory
  return { ...memory, last: { ...memory.last, retryAt: now } }
}
