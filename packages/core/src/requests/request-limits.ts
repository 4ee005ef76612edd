import { ForageSessionError, withRetryAt } from '../shared/errors.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { TabFailure } from '../tabs/tab-message.ts'
import {
  allowProbe,
  noFailures,
  remember,
  remembered,
  type Failure,
  type FailureMemory,
} from './failure-memory.ts'
import { nextAllowed, spend, type Budget } from './request-budget.ts'

/** The limits on token requests: the failure memory, the budget, and the count of quick rejections. */
export interface RequestLimits {
  failures: FailureMemory
  /** Counts how often the failures were forgotten: a late response of an earlier generation is not taken. */
  generation: number
  spentAt: readonly number[]
  rejectedAt: readonly number[]
}

interface LimitsContext extends RequestLimits {
  readonly clock: SessionClock
  readonly time: SessionTime
  readonly random: () => number
  readonly budget: Budget
}

/** More than five tokens in 30 s, each rejected within 30 s of its request. */
const quickRejections: Budget = { max: 5, perMs: 30_000 }

/** Creates limits that allow a request. */
export function createRequestLimits(): RequestLimits {
  return { failures: noFailures, generation: 0, spentAt: [], rejectedAt: [] }
}

/** Returns the failure that prevents a request: one that is remembered, or a new one if the budget is exhausted. */
export function prevention(limits: LimitsContext): Failure | undefined {
  const now = limits.time.read()
  const known = remembered(limits.failures, now)
  const allowedAt = nextAllowed(limits.budget, limits.spentAt)
  if (known || allowedAt <= now) return known
  return holdFailure(limits, new ForageSessionError('budget_exhausted'), allowedAt)
}

/** Remembers a failed token request. `retryInMs` is the wait that another tab already chose. */
export function rememberFailure(
  limits: LimitsContext,
  error: ForageSessionError,
  retryInMs?: number,
): Failure {
  const now = limits.time.read()
  const retryAfterMs = (error.retryAt ?? 0) - limits.clock.now()
  limits.failures = remember(limits.failures, error, now, retryAfterMs, limits.random())
  const retryAt = retryInMs === undefined ? limits.failures.last!.retryAt : now + retryInMs
  return holdFailure(limits, error, retryAt)
}

/** Another tab's failure counts for at most five minutes. */
const longestElsewhereMs = 5 * 60 * 1000

/** Remembers another tab's failure: this tab leaves the endpoint alone as well, and never for less time than before. */
export function noteElsewhere(limits: LimitsContext, { code, retryInMs }: TabFailure): Failure {
  const last = limits.failures.last
  // A temporary failure there does not end a final one here.
  if (last?.retryAt === Infinity) return last
  const now = limits.time.read()
  const known = remembered(limits.failures, now)
  const error = new ForageSessionError(code, undefined, { retryable: true })
  const retryAt = Math.max(now + Math.min(retryInMs, longestElsewhereMs), known?.retryAt ?? 0)
  // During a wait it is part of the same outage.
  return known ? holdFailure(limits, error, retryAt) : rememberFailure(limits, error, retryAt - now)
}

/** Counts a rejected token. Returns whether so many were rejected that another one will not help. */
export function countRejection(limits: RequestLimits, startedAt: number, now: number): boolean {
  if (now - startedAt > quickRejections.perMs) return false
  const isHopeless = nextAllowed(quickRejections, limits.rejectedAt) > now
  limits.rejectedAt = spend(quickRejections, limits.rejectedAt, now)
  return isHopeless
}

/** Allows one request earlier than the failure memory does. */
export function allowEarlyRequest(limits: LimitsContext): void {
  limits.failures = allowProbe(limits.failures, limits.time.read())
}

/** Forgets the failures: a token came, or a new start was requested. The budget stays spent. */
export function forgetFailures(limits: RequestLimits): void {
  limits.generation += 1
  limits.failures = noFailures
}

/** Prevents requests until `retryAt`, or with Infinity until the failures are forgotten. Callers may keep the error. */
export function holdFailure(limits: LimitsContext, error: ForageSessionError, retryAt: number): Failure {
  const last = { error: withRetryAt(error, limits.time.wallOf(retryAt)), retryAt }
  limits.failures = { ...limits.failures, last }
  return last
}
