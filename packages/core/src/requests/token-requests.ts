import { ForageSessionError, isForageSessionError } from '../shared/errors.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { SessionStore } from '../state/session-store.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { HeldToken } from '../token/token-lifetime.ts'
import { readTokenAnswer, type GrantedToken, type TokenRules } from '../token/token-response.ts'
import type { TokenRequest, TokenSource } from '../token/token-source.ts'
import { spend, type Budget } from './request-budget.ts'
import type { RequestLimits } from './request-limits.ts'
import type { Flight } from './single-flight.ts'

/** The one shared token request. */
export interface SharedRequest {
  /** The request in progress. */
  flight?: Flight<HeldToken> | undefined
  /** The timer of its deadline. */
  deadline?: unknown
}

/** The result of a token request. `startedAt` is when it was sent, in ms of session time. */
export type TokenAnswer =
  | { readonly token: GrantedToken; readonly startedAt: number }
  | {
      readonly error: ForageSessionError
      /** Only at the deadline: the response that may still come. */
      readonly late?: Promise<TokenAnswer>
    }

interface SendingContext extends SharedRequest, RequestLimits, TokenRules {
  readonly clock: SessionClock
  readonly time: SessionTime
  readonly budget: Budget
  readonly tokenSource: TokenSource
  readonly requestTimeoutMs: number
  readonly emit: SessionStore['emit']
}

/** Calls the token source. Never rejects, and returns `endpoint_timeout` at the deadline. */
export async function sendTokenRequest(context: SendingContext, request: TokenRequest): Promise<TokenAnswer> {
  const startedAt = context.time.read()
  context.spentAt = spend(context.budget, context.spentAt, startedAt)
  const overdue = new Promise<TokenAnswer>((resolve) => {
    const onDeadline = (): void =>
      resolve({ error: new ForageSessionError('endpoint_timeout'), late: answer })
    context.deadline = context.clock.setTimeout(onDeadline, context.requestTimeoutMs)
  })
  // A listener may end the request: the deadline is set before.
  context.emit({ type: 'token-requested', reason: request.reason, attempt: request.attempt })
  const answer = readAnswer(context, request, startedAt)
  return await Promise.race([answer, overdue])
}

async function readAnswer(
  context: SendingContext,
  request: TokenRequest,
  startedAt: number,
): Promise<TokenAnswer> {
  try {
    const answer = await context.tokenSource(request)
    return { token: await readTokenAnswer(answer, context, context.clock.now()), startedAt }
  } catch (cause) {
    if (isForageSessionError(cause)) return { error: cause }
    const options = { cause: safeCause(cause) }
    return { error: new ForageSessionError('endpoint_unreachable', undefined, options) }
  }
}

/** Ends the request in progress, and returns it: the next caller starts a new one. */
export function land(shared: SharedRequest & { clock: SessionClock }): Flight<HeldToken> | undefined {
  const { flight } = shared
  shared.flight = undefined
  shared.clock.clearTimeout(shared.deadline)
  return flight
}
