import { ForageSessionError, isForageSessionError } from './errors.ts'
import {
  allowProbe,
  holdOff,
  noFailures,
  remember,
  remembered,
  type FailureMemory,
} from './failure-memory.ts'
import { nextAllowed, spend } from './request-budget.ts'
import { safeCause } from './safe-cause.ts'
import type { SessionSettings } from './session-options.ts'
import type { SessionTime } from './session-time.ts'
import { startFlight, type Flight } from './single-flight.ts'
import type { Found, TabFailure } from './tab-sharing.ts'
import type { HeldToken } from './token-lifetime.ts'
import { readTokenAnswer, type GrantedToken, type TokenAnswer } from './token-response.ts'
import type { TokenRequest } from './token-source.ts'

export interface TokenRequests {
  /** Joins the request that is under way, or makes one. Throws what is remembered of a failure. */
  ask(reason: TokenRequest['reason'], checkoutId: string | undefined, now: number): Flight<HeldToken>
  /** A token came, from wherever: the failures are over. */
  settle(): void
  /** Nobody asks again until somebody says so. */
  giveUp(error: ForageSessionError): void
  /** Another tab's request failed: the endpoint is left alone here, too. */
  noteElsewhere(failure: TabFailure, now: number): void
  /** One earlier try than the failure memory allows. */
  allowProbe(now: number): void
  /** Ends the request under way for all who wait, and forgets the failures. The budget stays spent. */
  cancel(reason: Error): void
  readonly fetching: boolean
  /** When the last failure may be tried again; null: not by itself; undefined: there was none. */
  readonly retryAt: number | null | undefined
}

export interface TokenRequestsContext {
  readonly settings: SessionSettings
  readonly time: SessionTime
  /** Whether a token can be used; if not, why. */
  readonly examine: (token: GrantedToken, startedAt: number) => TokenAnswer
  readonly adopt: (token: GrantedToken, startedAt: number) => HeldToken
  /** Whether another tab has a token. */
  readonly seek: () => Promise<Found<HeldToken>>
  readonly onAsk: () => void
  /** Another tab had a token: nothing is under way any more. */
  readonly onFound: () => void
  readonly onSend: (request: Asked) => void
  readonly onFailure: (error: ForageSessionError, retryAt: number | null, isElsewhere?: boolean) => void
}

/** One token request, from being asked to its answer, however late. */
interface Asked extends Omit<TokenRequest, 'signal'> {
  /** When it was sent. */
  startedAt: number
  readonly adoptions: number
  /** What it was ended for, by a deadline or a switch: its answer may still come. */
  ended?: Error
  cancelled: boolean
}

/** The one shared token request, with what limits it: deadline, failure memory and budget. */
export function createTokenRequests(context: TokenRequestsContext): TokenRequests {
  const { settings, time } = context
  let current: { asked: Asked; flight: Flight<HeldToken> } | undefined
  let failures: FailureMemory = noFailures
  let spentAt: readonly number[] = []
  let adoptions = 0

  function ask(
    reason: TokenRequest['reason'],
    checkoutId: string | undefined,
    now: number,
  ): Flight<HeldToken> {
    if (current) return current.flight
    const refusal = remembered(failures, now) ?? overBudget(now)
    if (refusal) throw refusal
    const attempt = failures.inARow + 1
    const asked: Asked = { reason, checkoutId, attempt, startedAt: now, adoptions, cancelled: false }
    const flight = startFlight({
      run: (signal, startDeadline) => obtain(asked, signal, startDeadline),
      timeoutMs: settings.requestTimeoutMs,
      onTimeout: () => timeOut(asked),
      clock: settings.clock,
    })
    current = { asked, flight }
    context.onAsk()
    return flight
  }

  async function obtain(asked: Asked, signal: AbortSignal, startDeadline: () => void): Promise<HeldToken> {
    const found = await context.seek()
    if (asked.ended) throw asked.ended
    if (found) land(asked)
    if (found && 'token' in found) {
      context.onFound()
      return found.token
    }
    if (found) throw failWith(found.failure)
    asked.startedAt = time.read()
    spentAt = spend(settings.budget, spentAt, asked.startedAt)
    startDeadline()
    context.onSend(asked)
    return await fetchToken(asked, signal)
  }

  /** What `noteElsewhere` remembers concerns this tab, too: it waited for that request. */
  function failWith(failure: TabFailure): ForageSessionError {
    const { error, retryAt } = failures.last ?? { error: failedElsewhere(failure), retryAt: time.read() }
    context.onFailure(error, retryAt, true)
    return error
  }

  function overBudget(now: number): ForageSessionError | undefined {
    const { max, perMs } = settings.budget
    const allowedAt = nextAllowed(settings.budget, spentAt, now)
    if (allowedAt <= now) return undefined
    const error = new ForageSessionError(
      'budget_exhausted',
      `${max} token requests were made within ${perMs} ms.`,
    )
    failures = holdOff(failures, error, allowedAt)
    context.onFailure(error, allowedAt)
    return error
  }

  async function fetchToken(asked: Asked, signal: AbortSignal): Promise<HeldToken> {
    const answer = await answerOf(asked, signal)
    land(asked)
    // A late answer counts only while nobody brought a token since; one of another checkout never does.
    if (asked.ended && (asked.cancelled || asked.adoptions !== adoptions)) throw asked.ended
    const usable = answer.ok ? context.examine(answer.token, asked.startedAt) : answer
    if (usable.ok) return context.adopt(usable.token, asked.startedAt)
    if (!asked.ended) fail(usable.error, usable.retryAfterMs)
    throw usable.error
  }

  async function answerOf({ reason, checkoutId, attempt }: Asked, signal: AbortSignal): Promise<TokenAnswer> {
    try {
      const answer = await settings.tokenSource({ reason, checkoutId, attempt, signal })
      return await readTokenAnswer(answer, settings, settings.clock.now())
    } catch (cause) {
      if (isForageSessionError(cause)) return { ok: false, error: cause }
      const message = 'The token source could not be reached.'
      const error = new ForageSessionError('endpoint_unreachable', message, { cause: safeCause(cause) })
      return { ok: false, error }
    }
  }

  function timeOut(asked: Asked): Error {
    const ms = settings.requestTimeoutMs
    const error = new ForageSessionError(
      'endpoint_timeout',
      `The token source did not answer within ${ms} ms.`,
    )
    asked.ended = error
    land(asked)
    fail(error)
    return error
  }

  function land(asked: Asked): void {
    if (current?.asked === asked) current = undefined
  }

  function fail(error: ForageSessionError, retryAfterMs?: number): void {
    const memory = remember(failures, error, { now: time.read(), random: settings.random(), retryAfterMs })
    failures = memory
    context.onFailure(error, memory.last.retryAt)
  }

  return {
    ask,
    settle() {
      adoptions += 1
      failures = noFailures
    },
    giveUp(error) {
      failures = { ...failures, last: { error, retryAt: null } }
      context.onFailure(error, null)
    },
    noteElsewhere(failure, now) {
      const error = failedElsewhere(failure)
      const memory = remember(failures, error, { now, random: 0 })
      failures = { ...memory, last: { error, retryAt: now + failure.retryInMs } }
      error.retryAt = settings.clock.now() + failure.retryInMs
    },
    allowProbe: (now) => void (failures = allowProbe(failures, now)),
    cancel(reason) {
      failures = noFailures
      const ended = current
      current = undefined
      if (!ended) return
      ended.asked.ended = reason
      ended.asked.cancelled = true
      ended.flight.cancel(reason)
    },
    get fetching() {
      return current !== undefined
    },
    get retryAt() {
      return failures.last?.retryAt
    },
  }
}

function failedElsewhere({ code }: TabFailure): ForageSessionError {
  return new ForageSessionError(code, 'The token request of another tab failed.', { retryable: true })
}
