import { ForageSessionError, withRetryAt } from '../shared/errors.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { TabFailure } from '../tabs/tab-message.ts'
import {
  allowProbe,
  holdOff,
  noFailures,
  remember,
  remembered,
  type Failure,
  type FailureMemory,
} from './failure-memory.ts'
import { nextAllowed, spend, type Budget } from './request-budget.ts'

/** The limits on token requests: the failure memory, the budget, and the count of quick rejections. */
export interface RequestLimits {
  /** The number of the next request: 1 after a success. */
  readonly attempt: number
  /** When the last failure allows a request; Infinity: never automatically; undefined: there was no failure. */
  readonly retryAt: number | undefined
  /** Counts how often the failures were forgotten: a late response of an earlier generation is not taken. */
  readonly generation: number
  /** Returns the failure that still prevents a request. */
  remembered(now: number): Failure | undefined
  /** Returns a new failure if the budget is exhausted. */
  overBudget(now: number): Failure | undefined
  /** Counts one token request. */
  spend(now: number): void
  /** Remembers that this tab's token request failed. */
  remember(error: ForageSessionError): Failure
  /** Prevents every request until the failures are forgotten. */
  giveUp(error: ForageSessionError): Failure
  /** Remembers another tab's failure: this tab leaves the endpoint alone as well. */
  noteElsewhere(failure: TabFailure): Failure
  /** Counts a rejected token. Returns whether so many were rejected that another one will not help. */
  noteRejection(startedAt: number, now: number): boolean
  /** Allows one request earlier than the failure memory does. */
  allowProbe(now: number): void
  /** Forgets the failures: a token came, or a new start was requested. The budget stays spent. */
  forget(): void
}

export interface RequestLimitsOptions {
  readonly clock: SessionClock
  readonly time: SessionTime
  readonly random: () => number
  readonly budget: Budget
}

/** More than five tokens in 30 s, each rejected within 30 s of its request. */
const quickRejections: Budget = { max: 5, perMs: 30_000 }

/** Creates the limits of a session. */
export function createRequestLimits(options: RequestLimitsOptions): RequestLimits {
  const { clock, time, random, budget } = options
  let failures = noFailures
  let generation = 0
  let spentAt: readonly number[] = []
  let rejectedAt: readonly number[] = []

  /** Stores a failure with its final error: callers may keep it. */
  function hold(memory: FailureMemory, error: ForageSessionError, retryAt: number): Failure {
    const held = holdOff(memory, withRetryAt(error, time.wallOf(retryAt)), retryAt)
    failures = held
    return held.last
  }

  return {
    get attempt() {
      return failures.inARow + 1
    },
    get retryAt() {
      return failures.last?.retryAt
    },
    get generation() {
      return generation
    },
    remembered: (now) => remembered(failures, now),
    overBudget(now) {
      const allowedAt = nextAllowed(budget, spentAt)
      return allowedAt > now
        ? hold(failures, new ForageSessionError('budget_exhausted'), allowedAt)
        : undefined
    },
    spend: (now) => void (spentAt = spend(budget, spentAt, now)),
    remember(error) {
      const retryAfterMs = (error.retryAt ?? 0) - clock.now()
      const memory = remember(failures, error, { now: time.read(), random: random(), retryAfterMs })
      return hold(memory, error, memory.last.retryAt)
    },
    giveUp: (error) => hold(failures, error, Infinity),
    noteElsewhere({ code, retryInMs }) {
      // A temporary failure there does not end a final one here.
      if (failures.last?.retryAt === Infinity) return failures.last
      const now = time.read()
      const error = new ForageSessionError(code, undefined, { retryable: true })
      return hold(remember(failures, error, { now, random: 0, retryAfterMs: 0 }), error, now + retryInMs)
    },
    noteRejection(startedAt, now) {
      if (now - startedAt > quickRejections.perMs) return false
      const isHopeless = nextAllowed(quickRejections, rejectedAt) > now
      rejectedAt = spend(quickRejections, rejectedAt, now)
      return isHopeless
    },
    allowProbe: (now) => void (failures = allowProbe(failures, now)),
    forget() {
      generation += 1
      failures = noFailures
    },
  }
}
