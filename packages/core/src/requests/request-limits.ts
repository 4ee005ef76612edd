import { ForageSessionError } from '../shared/errors.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { TabFailure } from '../tabs/tab-message.ts'
import type { HeldToken } from '../token/token-lifetime.ts'
import { remembered, waitAfter, type Failure, type FailureMemory } from './failure-memory.ts'
import { nextAllowed, spend, type Budget } from './request-budget.ts'

/** The limits on token requests: the failure memory, the budget, and the count of quick rejections. */
export interface RequestLimits extends FailureMemory {
  /** Counts how often the failures were forgotten: a late response of an earlier generation is not taken. */
  generation: number
  /** Whether a request was cut off since the last token: only the first one is no failure. */
  wasCutOff?: boolean
  spentAt: readonly number[]
  rejectedAt: readonly number[]
  /** When the last token came, in ms of session time. */
  receivedAt: number
  /** The last wait after too many quick rejections. */
  distrustMs: number
}

/** A failed token request. */
export interface FailedRequest {
  readonly error: ForageSessionError
  /** Whether the token source threw exactly this error: it is never changed. */
  readonly isThrown?: boolean
}

interface LimitsContext extends RequestLimits {
  readonly clock: SessionClock
  readonly time: SessionTime
  readonly random: () => number
  readonly budget: Budget
  readonly held?: HeldToken | undefined
}

/** More than five tokens in 30 s, each rejected within 30 s after it came. */
const quickRejections: Budget = { max: 5, perMs: 30_000 }

/** Creates limits that allow a request. */
export function createRequestLimits(): RequestLimits {
  return {
    failedInARow: 0,
    generation: 0,
    spentAt: [],
    rejectedAt: [],
    receivedAt: 0,
    distrustMs: 0,
  }
}

/** Returns the failure that prevents a request: one that is remembered, or a new one if the budget is exhausted. */
export function prevention(limits: LimitsContext): Failure | undefined {
  const now = limits.time.read()
  const known = remembered(limits, now)
  const allowedAt = nextAllowed(limits.budget, limits.spentAt)
  if (known || allowedAt <= now) return known
  return holdFailure(limits, new ForageSessionError('budget_exhausted'), allowedAt)
}

/**
 * Remembers a failed token request. `retryInMs` is the wait that another tab already chose. While there is a token,
 * the failure lasts at most as long as the token.
 */
export function rememberFailure(
  limits: LimitsContext,
  { error, isThrown }: FailedRequest,
  retryInMs?: number,
): Failure {
  const { clock, time, random, held } = limits
  const now = time.read()
  const waitMs = retryInMs ?? waitAfter(limits, error, error.retryAt! - clock.now() || 0, random())
  limits.failedInARow += 1
  return holdFailure(limits, error, Math.min(now + waitMs, held?.expiresAt ?? Infinity), isThrown)
}

/** Another tab's failure counts for at most five minutes. */
const longestElsewhereMs = 5 * 60 * 1000

/** Remembers another tab's failure: this tab leaves the endpoint alone as well, and never for less time than before. */
export function noteElsewhere(limits: LimitsContext, { code, retryInMs }: TabFailure): Failure {
  const { failure } = limits
  // A temporary failure there does not end a final one here.
  if (failure?.retryAt === Infinity) return failure
  const now = limits.time.read()
  const known = remembered(limits, now)
  const error = new ForageSessionError(code)
  const retryAt = Math.max(now + Math.min(retryInMs, longestElsewhereMs), known?.retryAt ?? 0)
  // During a wait it is part of the same outage.
  return known ? holdFailure(limits, error, retryAt) : rememberFailure(limits, { error }, retryAt - now)
}

/**
 * Counts a rejected token. If so many were rejected that another one will not help, it returns when to try again:
 * after 30 s, and twice as long each time this repeats, up to 5 minutes, until a token lives longer.
 */
export function countRejection(limits: RequestLimits, now: number): number | undefined {
  if (now - limits.receivedAt > quickRejections.perMs) {
    limits.distrustMs = 0
    return undefined
  }
  const isHopeless = nextAllowed(quickRejections, limits.rejectedAt) > now
  limits.rejectedAt = spend(quickRejections, limits.rejectedAt, now)
  if (!isHopeless) return undefined
  limits.distrustMs = Math.min(2 * limits.distrustMs || quickRejections.perMs, 300_000)
  return now + limits.distrustMs
}

/** Allows a request now. The failure is still the last one. */
export function allowRequest(limits: LimitsContext): void {
  limits.allowedAt = limits.time.read()
}

/** Allows one request earlier, unless the failure is final or the budget prevents the request: the wait then stays. */
export function allowProbe(limits: LimitsContext): void {
  const isPossible = nextAllowed(limits.budget, limits.spentAt) <= limits.time.read()
  if (isPossible && limits.failure?.retryAt !== Infinity) allowRequest(limits)
}

/** Forgets the failures: a token came, or a new start was requested. The budget stays spent. */
export function forgetFailures(limits: RequestLimits): void {
  limits.generation += 1
  limits.failedInARow = 0
  limits.wasCutOff = false
  limits.failure = undefined
}

/** Prevents requests until `retryAt`, or with Infinity until the failures are forgotten. Completes our own error. */
export function holdFailure(
  limits: LimitsContext,
  error: ForageSessionError,
  retryAt: number,
  isThrown?: boolean,
): Failure {
  const failure = { error, retryAt }
  if (!isThrown && retryAt < Infinity) Object.assign(error, { retryAt: limits.time.wallOf(retryAt) })
  limits.failure = failure
  limits.allowedAt = undefined
  return failure
}
