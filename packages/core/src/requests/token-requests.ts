import { ForageSessionError, isForageSessionError } from '../shared/errors.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { PageLifecycle } from '../state/page-lifecycle.ts'
import type { SessionStore } from '../state/session-store.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { HeldToken } from '../token/token-lifetime.ts'
import { readThrown, readTokenAnswer, type GrantedToken, type TokenRules } from '../token/token-response.ts'
import type { TokenRequest, TokenSource } from '../token/token-source.ts'
import { spend, type Budget } from './request-budget.ts'
import type { FailedRequest, RequestLimits } from './request-limits.ts'
import type { Flight } from './single-flight.ts'

/** The one shared token request. */
export interface SharedRequest {
  /** The request in progress. */
  flight?: Flight<HeldToken> | undefined
  /** The timer of its deadline. */
  deadline?: unknown
  /** Whether the page was hidden or frozen, or the device slept, since the request was sent. */
  wasAway?: boolean
}

/** The result of a token request. `startedAt` is when it was sent, in ms of session time. */
export type TokenAnswer = { readonly token: GrantedToken; readonly startedAt: number } | FailedAnswer

export type FailedAnswer = FailedRequest & { readonly startedAt: number }

interface SendingContext extends SharedRequest, RequestLimits, TokenRules {
  readonly clock: SessionClock
  readonly time: SessionTime
  readonly budget: Budget
  readonly tokenSource: TokenSource
  readonly requestTimeoutMs: number
  readonly emit: SessionStore['emit']
  readonly lifecycle: PageLifecycle
}

/** Calls the token source. Never rejects. After the deadline it calls `onDeadline`, and still waits for the answer. */
export async function sendTokenRequest(
  context: SendingContext,
  request: TokenRequest,
  onDeadline: (overdue: FailedAnswer) => void,
): Promise<TokenAnswer> {
  const { tokenSource, clock } = context
  const startedAt = context.time.read()
  context.wasAway = !context.lifecycle.visible()
  context.spentAt = spend(context.budget, context.spentAt, startedAt)
  context.deadline = clock.setTimeout(
    () => onDeadline({ error: new ForageSessionError('endpoint_timeout'), startedAt }),
    context.requestTimeoutMs,
  )
  // A listener may end the request: the deadline is set before.
  const { reason, attempt } = request
  context.emit({ type: 'token-requested', reason, attempt })
  let isThrown = true
  try {
    let reading: Promise<GrantedToken>
    try {
      const answer = await tokenSource(request)
      reading = readTokenAnswer(answer, context, clock.now())
    } catch (thrown) {
      reading = readThrown(thrown, context, clock.now())
    }
    isThrown = false
    return { token: await reading, startedAt }
  } catch (thrown) {
    const error = errorOf(thrown)
    return { error, isThrown: isThrown && error === thrown, startedAt }
  }
}

/** Never throws, although a token source may throw a value that throws when it is read. */
function errorOf(thrown: unknown): ForageSessionError {
  let cause: unknown
  try {
    if (isForageSessionError(thrown)) return thrown
    cause = safeCause(thrown)
  } catch {}
  return new ForageSessionError('endpoint_unreachable', undefined, { cause })
}

/** Ends the request in progress, and returns it: the next caller starts a new one. */
export function land(shared: SharedRequest & { clock: SessionClock }): Flight<HeldToken> | undefined {
  const { flight } = shared
  shared.flight = undefined
  shared.clock.clearTimeout(shared.deadline)
  return flight
}
