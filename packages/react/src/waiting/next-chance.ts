import type { ForageSessionError, SessionState } from '@forage-session/core'

import { delayUntil, type HookClock } from '../shared/page.ts'

/** The state, as a component that needs a token sees it. A renewal does not change it. */
export type TokenNeed =
  | Exclude<SessionState, { status: 'ready' | 'degraded' }>
  | { readonly status: 'usable' }

const usable: TokenNeed = { status: 'usable' }

export function tokenNeed(state: SessionState): TokenNeed {
  return state.status === 'ready' || state.status === 'degraded' ? usable : state
}

/** Returns the error that no later request solves: only the page or the customer can. */
export function finalError(need: TokenNeed): ForageSessionError | undefined {
  return need.status === 'failed' && need.retryAt === null ? need.error : undefined
}

/** The wait of a component or a query that has no token. */
export interface NextChance {
  readonly clock: HookClock
  /** The time when the session requests a token again, in ms on the clock. Null: it does not. */
  readonly retryAt: number | null
  /** Subscriptions to events that permit an attempt before `retryAt`. */
  readonly wakeUps: readonly ((listener: () => void) => () => void)[]
}

/**
 * Calls `attempt` when a token may be there: at `retryAt` or, if a wake-up comes first, one task later, when the
 * session has handled the same event. Each later wake-up calls it again. Returns the function that ends the wait.
 */
export function awaitChance({ clock, retryAt, wakeUps }: NextChance, attempt: () => void): () => void {
  let timer = retryAt === null ? undefined : clock.setTimeout(attempt, delayUntil(retryAt, clock))
  const attemptSoon = (): void => {
    clock.clearTimeout(timer)
    timer = clock.setTimeout(attempt, 0)
  }
  const unsubscribes = wakeUps.map((subscribe) => subscribe(attemptSoon))
  return () => {
    clock.clearTimeout(timer)
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
}
