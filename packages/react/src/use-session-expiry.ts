import type { ForageSession, SessionState } from '@forage-session/core'
import { useCallback, useSyncExternalStore } from 'react'

import type { HookClock } from './page-clock.ts'
import { isPageVisible, onVisibilityChange } from './page-visibility.ts'
import { useSessionScope } from './session-context.ts'
import { useSessionStatus } from './use-session-status.ts'

export interface UseSessionExpiryOptions {
  /** How often `secondsLeft` is looked at, in ms. Default: 1000. `Infinity`: only when the token changes. */
  everyMs?: number
}

/** Both are undefined while there is no usable token. */
export interface SessionExpiry {
  /** When the token runs out, in ms on the session's clock. */
  readonly expiresAt: number | undefined
  /** Whole seconds until then, rounded up. */
  readonly secondsLeft: number | undefined
}

/**
 * A countdown to show: the one hook that renders because time passes, and when a newer token comes. It stands
 * still in a hidden page. Asks for no token.
 */
export function useSessionExpiry({ everyMs = 1000 }: UseSessionExpiryOptions = {}): SessionExpiry {
  const { session, clock } = useSessionScope()
  const expiresAt = useSessionStatus(expiresAtOf)
  const subscribe = useCallback(
    (listener: () => void) => tick({ session, clock, everyMs, listener }),
    [session, clock, everyMs],
  )
  const secondsLeft = useSyncExternalStore(
    subscribe,
    () => secondsLeftOf(session, clock),
    () => undefined,
  )
  return { expiresAt, secondsLeft }
}

function expiresAtOf(state: SessionState): number | undefined {
  return 'expiresAt' in state ? state.expiresAt : undefined
}

function msLeftOf(session: ForageSession, clock: HookClock): number {
  const expiresAt = expiresAtOf(session.getSnapshot())
  return expiresAt === undefined ? NaN : Math.max(0, expiresAt - clock.now())
}

function secondsLeftOf(session: ForageSession, clock: HookClock): number | undefined {
  const leftMs = msLeftOf(session, clock)
  return Number.isNaN(leftMs) ? undefined : Math.ceil(leftMs / 1000)
}

interface Ticking {
  session: ForageSession
  clock: HookClock
  everyMs: number
  listener: () => void
}

/** Counted from the end of the token: a timer that is late once delays no later tick. */
function tick({ session, clock, everyMs, listener }: Ticking): () => void {
  let timer: unknown
  const look = (): void => {
    clock.clearTimeout(timer)
    const leftMs = msLeftOf(session, clock)
    if (leftMs > 0 && isPageVisible()) timer = clock.setTimeout(look, leftMs % everyMs || everyMs)
    listener()
  }
  const unsubscribes = [session.subscribe(look), onVisibilityChange(look)]
  look()
  return () => {
    clock.clearTimeout(timer)
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
}
