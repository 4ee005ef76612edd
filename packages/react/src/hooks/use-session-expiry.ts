import type { SessionState } from '@forage-session/core'
import { useCallback, useSyncExternalStore } from 'react'

import { useSessionScope } from '../provider/session-context.ts'
import type { HookClock } from '../shared/page-clock.ts'
import { isPageVisible, onVisibilityChange } from '../shared/page-visibility.ts'
import { useSessionStatus } from './use-session-status.ts'

/** How closely the expiry is watched. */
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
  const { clock } = useSessionScope()
  const expiresAt = useSessionStatus(expiresAtOf)
  const subscribe = useCallback(
    (listener: () => void) => tick(listener, { expiresAt, clock, everyMs }),
    [expiresAt, clock, everyMs],
  )
  const secondsLeft = useSyncExternalStore(
    subscribe,
    () => expiresAt && Math.ceil(msUntil(expiresAt, clock) / 1000),
    () => undefined,
  )
  return { expiresAt, secondsLeft }
}

function expiresAtOf(state: SessionState): number | undefined {
  return 'expiresAt' in state ? state.expiresAt : undefined
}

function msUntil(expiresAt: number, clock: HookClock): number {
  return Math.max(0, expiresAt - clock.now())
}

interface Ticking {
  expiresAt: number | undefined
  clock: HookClock
  everyMs: number
}

/** Counted from the end of the token: a timer that is late once delays no later tick. */
function tick(listener: () => void, { expiresAt = 0, clock, everyMs }: Ticking): () => void {
  let timer: unknown
  const look = (): void => {
    clock.clearTimeout(timer)
    const leftMs = msUntil(expiresAt, clock)
    if (leftMs > 0 && isPageVisible()) timer = clock.setTimeout(look, leftMs % everyMs || everyMs)
    listener()
  }
  look()
  const unsubscribe = onVisibilityChange(look)
  return () => {
    clock.clearTimeout(timer)
    unsubscribe()
  }
}
