import type { SessionSettings } from '../session-options.ts'
import { ForageSessionError, isForageSessionError } from '../shared/errors.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { UntimedEvent } from '../state/session-state.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { TabFailure } from '../tabs/tab-message.ts'
import type { HeldToken } from '../token/token-lifetime.ts'
import { readTokenAnswer, type GrantedToken } from '../token/token-response.ts'
import type { TokenRequest } from '../token/token-source.ts'
import { allowProbe, holdOff, noFailures, remember, remembered, type Failure } from './failure-memory.ts'
import { nextAllowed, spend } from './request-budget.ts'
import { startFlight, type Flight } from './single-flight.ts'

export interface TokenRequests {
  /** Joins the request that is under way, or makes one. Throws what is remembered of a failure. */
  ask(reason: TokenRequest['reason'], checkoutId: string | undefined, now: number): Flight<HeldToken>
  /** A token came, from wherever: the failures are over. */
  settle(): void
  /** Nobody asks again until somebody says so. */
  giveUp(error: ForageSessionError): void
  /** Another tab's request failed: the endpoint is left alone here, too. */
  noteElsewhere(failure: TabFailure): ForageSessionError
  /** One earlier try than the failure memory allows. */
  allowProbe(now: number): void
  /** Ends the request under way for all who wait, and forgets the failures. The budget stays spent. */
  cancel(reason: Error): void
  readonly fetching: boolean
  /** The failure that a caller is given now, who finds nothing under way. */
  remembered(now: number): Failure | undefined
  /** When the last failure may be tried again; Infinity: not by itself; undefined: there was none. */
  readonly retryAt: number | undefined
}

export interface TokenRequestsContext {
  readonly settings: SessionSettings
  readonly time: SessionTime
  /** Throws why a token cannot be used. */
  readonly adopt: (token: GrantedToken, startedAt: number) => HeldToken
  /** Whether another tab has a token, or failed to get one. */
  readonly seek: () => Promise<HeldToken | ForageSessionError | undefined>
  readonly onAsk: () => void
  /** Another tab had a token: nothing is under way any more. */
  readonly onFound: () => void
  readonly emit: (event: UntimedEvent) => void
  readonly onFailure: (error: ForageSessionError, retryAt: number, isElsewhere?: boolean) => void
  /** Somebody asked while a failure is remembered. */
  readonly onRefused: (failure: Failure) => void
}

/** The one shared token request, with what limits it: deadline, failure memory and budget. */
export function createTokenRequests(context: TokenRequestsContext): TokenRequests {
  const { settings, time } = context
  const { clock, budget, requestTimeoutMs } = settings
  let current: Flight<HeldToken> | undefined
  let deadline: unknown
  let failures = noFailures
  let spentAt: readonly number[] = []
  /** Counts the tokens that came, and the switches of the checkout. */
  let generation = 0

  function ask(
    reason: TokenRequest['reason'],
    checkoutId: string | undefined,
    now: number,
  ): Flight<HeldToken> {
    if (current) return current
    refuse(now)
    const attempt = failures.inARow + 1
    const flight = startFlight((signal) => obtain({ reason, checkoutId, attempt, signal }))
    current = flight
    context.onAsk()
    return flight
  }

  function refuse(now: number): void {
    const failure = remembered(failures, now)
    if (failure) {
      context.onRefused(failure)
      throw failure.error
    }
    const allowedAt = nextAllowed(budget, spentAt)
    if (allowedAt > now) throw holdUntil(allowedAt, new ForageSessionError('budget_exhausted'))
  }

  function holdUntil(retryAt: number, error: ForageSessionError): ForageSessionError {
    failures = holdOff(failures, error, retryAt)
    context.onFailure(error, retryAt)
    return error
  }

  async function obtain(request: TokenRequest): Promise<HeldToken> {
    // Cancelled in the tick that asked, it has nothing to begin with.
    request.signal.throwIfAborted()
    const found = await context.seek()
    request.signal.throwIfAborted()
    if (!found) return await fetchToken(request)
    land()
    if (isForageSessionError(found)) {
      context.onFailure(found, failures.last?.retryAt ?? time.read(), true)
      throw found
    }
    context.onFound()
    return found
  }

  async function fetchToken(request: TokenRequest): Promise<HeldToken> {
    const { reason, attempt, signal } = request
    const since = generation
    const startedAt = time.read()
    spentAt = spend(budget, spentAt, startedAt)
    deadline = clock.setTimeout(timeOut, requestTimeoutMs)
    context.emit({ type: 'token-requested', reason, attempt })
    try {
      const token = await readTokenAnswer(await settings.tokenSource(request), settings, clock.now())
      // A late answer counts only while nobody brought a token since; one of another checkout never does.
      if (!signal.aborted) land()
      else if (generation !== since) throw signal.reason
      return context.adopt(token, startedAt)
    } catch (cause) {
      const error = isForageSessionError(cause) ? cause : unreachable(cause)
      if (!signal.aborted) fail(error)
      throw error
    }
  }

  function timeOut(): void {
    const flight = current
    const error = new ForageSessionError('endpoint_timeout')
    fail(error)
    flight?.cancel(error)
  }

  function fail(error: ForageSessionError): void {
    land()
    const retryAfterMs = (error.retryAt ?? 0) - clock.now()
    const memory = remember(failures, error, { now: time.read(), random: settings.random(), retryAfterMs })
    failures = memory
    context.onFailure(error, memory.last.retryAt)
  }

  /** Nothing is under way any more: whoever asks next starts anew. */
  function land(): void {
    current = undefined
    clock.clearTimeout(deadline)
  }

  function settle(): void {
    generation += 1
    failures = noFailures
  }

  return {
    ask,
    settle,
    giveUp: (error) => void holdUntil(Infinity, error),
    noteElsewhere({ code, retryInMs }) {
      // What passes there does not end what stays here.
      if (failures.last?.retryAt === Infinity) return failures.last.error
      const now = time.read()
      const error = new ForageSessionError(code, undefined, {
        retryable: true,
        retryAt: clock.now() + retryInMs,
      })
      failures = holdOff(
        remember(failures, error, { now, random: 0, retryAfterMs: 0 }),
        error,
        now + retryInMs,
      )
      return error
    },
    allowProbe: (now) => void (failures = allowProbe(failures, now)),
    cancel(reason) {
      const flight = current
      settle()
      land()
      flight?.cancel(reason)
    },
    get fetching() {
      return current !== undefined
    },
    remembered: (now) => (current ? undefined : remembered(failures, now)),
    get retryAt() {
      return failures.last?.retryAt
    },
  }
}

function unreachable(cause: unknown): ForageSessionError {
  return new ForageSessionError('endpoint_unreachable', undefined, { cause: safeCause(cause) })
}
