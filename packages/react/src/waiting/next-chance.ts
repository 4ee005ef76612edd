import type { ForageSessionError, SessionState } from '@forage-session/core'

import { runAt, type HookClock } from '../shared/page.ts'

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

/** What a component or a query without a token waits for. */
export interface NextChance {
  readonly clock: HookClock
  /** When the session requests a token again, in ms on the clock. Null: it does not. */
  readonly retryAt: number | null
  /** Whether an attempt makes sense now. If not, the wait lasts until a wake-up. Default: always. */
  readonly canTry?: () => boolean
  /** Subscriptions to events that permit an attempt before `retryAt`. */
  readonly wakeUps?: readonly ((listener: () => void) => () => void)[]
}

/**
 * Calls `attempt` when a token may be there: at `retryAt`, and at each wake-up. Returns the function that ends the
 * wait; a caller that needs one attempt ends it there.
 */
export function awaitChance(
  { clock, retryAt, canTry = () => true, wakeUps = [] }: NextChance,
  attempt: () => void,
): () => void {
  let cancelTimer = (): void => {}
  const startTimer = (): void => {
    if (retryAt !== null) cancelTimer = runAt(clock, tryNow, retryAt)
  }
  const tryNow = (): void => {
    cancelTimer()
    if (!canTry()) return
    // If the timer was early by part of a millisecond, the session requests nothing yet.
    startTimer()
    attempt()
  }
  startTimer()
  const stops = wakeUps.map((subscribe) => subscribe(tryNow))
  return () => {
    cancelTimer()
    for (const stop of stops) stop()
  }
}
