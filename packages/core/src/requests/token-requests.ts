import { ForageSessionError, isForageSessionError } from '../shared/errors.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { SessionStore } from '../state/session-store.ts'
import type { SessionTime } from '../state/session-time.ts'
import type { HeldToken } from '../token/token-lifetime.ts'
import { readTokenAnswer, type GrantedToken, type TokenRules } from '../token/token-response.ts'
import type { TokenRequest, TokenSource } from '../token/token-source.ts'
import type { RequestLimits } from './request-limits.ts'
import { startFlight, type Flight } from './single-flight.ts'

/** The result of a token request. `startedAt` is when it was sent, in ms of session time. */
export type TokenAnswer =
  | { readonly token: GrantedToken; readonly startedAt: number }
  | {
      readonly error: ForageSessionError
      /** Only at the deadline: the response that may still come. */
      readonly late?: Promise<TokenAnswer>
    }

/** The one shared token request. */
export interface TokenRequests {
  /** The request in progress. */
  readonly flight: Flight<HeldToken> | undefined
  /** Starts the shared request with `run`, and stores it before any user code runs. */
  start(run: (signal: AbortSignal) => Promise<HeldToken>): Flight<HeldToken>
  /** Calls the token source. Never rejects, and returns `endpoint_timeout` at the deadline. */
  send(request: TokenRequest): Promise<TokenAnswer>
  /** Ends the request in progress: the next caller starts a new one. */
  land(): void
  /** Ends the request in progress and rejects for all who wait. */
  cancel(reason: Error): void
}

export interface TokenRequestSettings extends TokenRules {
  readonly clock: SessionClock
  readonly tokenSource: TokenSource
  readonly requestTimeoutMs: number
}

export interface TokenRequestsOptions {
  readonly settings: TokenRequestSettings
  readonly time: SessionTime
  readonly limits: RequestLimits
  readonly emit: SessionStore['emit']
}

/** Creates the shared token request of a session. */
export function createTokenRequests(options: TokenRequestsOptions): TokenRequests {
  const { settings, time, limits, emit } = options
  const { clock, requestTimeoutMs } = settings
  let flight: Flight<HeldToken> | undefined
  let deadline: unknown

  function land(): void {
    flight = undefined
    clock.clearTimeout(deadline)
  }

  return {
    get flight() {
      return flight
    },
    start: (run) => (flight = startFlight(run)),
    async send(request) {
      const { reason, attempt } = request
      const startedAt = time.read()
      limits.spend(startedAt)
      const overdue = new Promise<TokenAnswer>((resolve) => {
        const onDeadline = (): void =>
          resolve({ error: new ForageSessionError('endpoint_timeout'), late: answer })
        deadline = clock.setTimeout(onDeadline, requestTimeoutMs)
      })
      // A listener may end the request: the deadline is set before.
      emit({ type: 'token-requested', reason, attempt })
      const answer = readAnswer(settings, request, startedAt)
      return await Promise.race([answer, overdue])
    },
    land,
    cancel(reason) {
      const canceled = flight
      land()
      canceled?.cancel(reason)
    },
  }
}

async function readAnswer(
  settings: TokenRequestSettings,
  request: TokenRequest,
  startedAt: number,
): Promise<TokenAnswer> {
  try {
    const answer = await settings.tokenSource(request)
    return { token: await readTokenAnswer(answer, settings, settings.clock.now()), startedAt }
  } catch (cause) {
    return { error: isForageSessionError(cause) ? cause : unreachable(cause) }
  }
}

function unreachable(cause: unknown): ForageSessionError {
  return new ForageSessionError('endpoint_unreachable', undefined, { cause: safeCause(cause) })
}
