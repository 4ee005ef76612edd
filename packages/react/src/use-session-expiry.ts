import type { ForageSession } from '@forage-session/core'
import { useMemo, useSyncExternalStore } from 'react'

import type { HookClock } from './page-clock.ts'
import { isPageVisible, onVisibilityChange } from './page-visibility.ts'
import { useSessionScope } from './session-context.ts'

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

const none: SessionExpiry = { expiresAt: undefined, secondsLeft: undefined }

/**
 * A countdown to show: the one hook that renders because time passes, and when a newer token comes. It stands
 * still in a hidden page. Asks for no token.
 */
export function useSessionExpiry({ everyMs = 1000 }: UseSessionExpiryOptions = {}): SessionExpiry {
  const { session, clock } = useSessionScope()
  const countdown = useMemo(() => sessionCountdown(session, clock, everyMs), [session, clock, everyMs])
  return useSyncExternalStore(countdown.subscribe, countdown.getSnapshot, () => none)
}

interface Countdown {
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => SessionExpiry
}

function sessionCountdown(session: ForageSession, clock: HookClock, everyMs: number): Countdown {
  let shown = none
  const getSnapshot = (): SessionExpiry => {
    const next = expiryOf(session, clock.now())
    const isSame = next.expiresAt === shown.expiresAt && next.secondsLeft === shown.secondsLeft
    return isSame ? shown : (shown = next)
  }
  return {
    getSnapshot,
    subscribe(listener) {
      let timer: unknown
      const look = (): void => {
        clock.clearTimeout(timer)
        const delayMs = isPageVisible() ? untilNextTick(getSnapshot(), clock.now(), everyMs) : undefined
        if (delayMs !== undefined) timer = clock.setTimeout(look, delayMs)
        listener()
      }
      const unsubscribes = [session.subscribe(look), onVisibilityChange(look)]
      look()
      return () => {
        clock.clearTimeout(timer)
        for (const unsubscribe of unsubscribes) unsubscribe()
      }
    },
  }
}

function expiryOf(session: ForageSession, now: number): SessionExpiry {
  const state = session.getSnapshot()
  if (!('expiresAt' in state)) return none
  const secondsLeft = Math.max(0, Math.ceil((state.expiresAt - now) / 1000))
  return { expiresAt: state.expiresAt, secondsLeft }
}

/** Counted from the end: a timer that is late once delays no later tick. */
function untilNextTick({ expiresAt }: SessionExpiry, now: number, everyMs: number): number | undefined {
  const leftMs = (expiresAt ?? now) - now
  return leftMs > 0 ? leftMs % everyMs || everyMs : undefined
}
