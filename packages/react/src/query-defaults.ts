import { isForageSessionError, type ForageSession, type ForageSessionError } from '@forage-session/core'
import type { DefaultError, DefaultOptions, UseQueryOptions } from '@tanstack/react-query'

import { pageClock, type HookClock } from './page-clock.ts'

export type QueryRetry<Failure = DefaultError> = NonNullable<UseQueryOptions<unknown, Failure>['retry']>
export type QueryRetryDelay<Failure = DefaultError> = NonNullable<
  UseQueryOptions<unknown, Failure>['retryDelay']
>

/**
 * `retry` and `retryDelay` for a `QueryClient`: an error about the token never uses up a query's retries. It is
 * tried again when the session asks for a token again, and not at all while only the page can help.
 * Other errors: TanStack Query's own defaults (3 retries, doubled from 1 s to 30 s).
 */
export function forageQueryDefaults(session: ForageSession): DefaultOptions {
  return { queries: tokenAwareRetry({ session, clock: pageClock }) }
}

interface TokenAwareRetryOptions<Failure> {
  session: ForageSession
  clock: Pick<HookClock, 'now'>
  /** For the errors that are not about the token. Default: 3. */
  retry?: QueryRetry<Failure> | undefined
  /** For the errors that are not about the token. Default: doubled from 1 s to 30 s. */
  retryDelay?: QueryRetryDelay<Failure> | undefined
}

export function tokenAwareRetry<Failure = DefaultError>({
  session,
  clock,
  retry = 3,
  retryDelay = exponentialDelayMs,
}: TokenAwareRetryOptions<Failure>): { retry: QueryRetry<Failure>; retryDelay: QueryRetryDelay<Failure> } {
  return {
    retry: (failureCount, error) =>
      isForageSessionError(error) ? canHelpItself(session, error) : allows(retry, failureCount, error),
    retryDelay: (failureCount, error) => {
      if (isForageSessionError(error) && error.retryAt !== undefined) return delayUntil(error.retryAt, clock)
      return typeof retryDelay === 'function' ? retryDelay(failureCount, error) : retryDelay
    },
  }
}

function canHelpItself(session: ForageSession, error: ForageSessionError): boolean {
  const state = session.getSnapshot()
  const isTerminal = state.status === 'failed' && state.retryAt === null
  return error.retryable && !isTerminal && state.status !== 'closed'
}

function allows<Failure>(retry: QueryRetry<Failure>, failureCount: number, error: Failure): boolean {
  if (typeof retry === 'function') return retry(failureCount, error)
  return typeof retry === 'number' ? failureCount < retry : retry
}

/** Never at once: on a session with another clock than the page's, `retryAt` may seem to be over. */
function delayUntil(retryAt: number, clock: Pick<HookClock, 'now'>): number {
  return Math.max(100, retryAt - clock.now())
}

/** TanStack Query's default (`defaultRetryDelay` in its retryer), which it does not export. */
function exponentialDelayMs(failureCount: number): number {
  return Math.min(1000 * 2 ** failureCount, 30_000)
}
