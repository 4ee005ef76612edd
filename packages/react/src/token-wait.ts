import { isForageSessionError, type ForageSession, type ForageSessionError } from '@forage-session/core'
import { focusManager, onlineManager } from '@tanstack/react-query'

import type { HookClock } from './page-clock.ts'

export interface TokenWait {
  session: ForageSession
  clock: HookClock
  signal: AbortSignal
}

/**
 * What `attempt` gives once it gets a token. A query waits for its token as it waits for the network: it is
 * pending, and none of its retries is spent. Rejects with an error about the token that only the page can help.
 */
export async function waitForToken<T>(wait: TokenWait, attempt: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      wait.signal.throwIfAborted()
      if (!isForageSessionError(error) || !canHelpItself(wait.session, error)) throw error
      await nextChance(wait, error.retryAt)
    }
  }
}

export function canHelpItself(session: ForageSession, error: ForageSessionError): boolean {
  const state = session.getSnapshot()
  const isTerminal = state.status === 'failed' && state.retryAt === null
  return error.retryable && !isTerminal && state.status !== 'closed'
}

/** Never at once: on a session with another clock than the page's, `retryAt` may seem to be over. */
export function delayUntil(retryAt: number | undefined, clock: Pick<HookClock, 'now'>): number {
  return Math.max(100, (retryAt ?? 0) - clock.now())
}

/**
 * A token came, whoever asked for it; or the session asks again, in a page that somebody looks at. Coming back
 * to the page or online is a chance as well: the session allows one earlier try then.
 */
function nextChance({ session, clock, signal }: TokenWait, retryAt: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer = clock.setTimeout(tryNow, delayUntil(retryAt, clock))
    const stops = [
      session.on(({ type }) => type === 'token-received' && end(resolve)),
      focusManager.subscribe(trySoon),
      onlineManager.subscribe(trySoon),
    ]
    const abort = (): void => end(() => reject(signal.reason as Error))
    signal.addEventListener('abort', abort, { once: true })

    function tryNow(): void {
      if (focusManager.isFocused() && onlineManager.isOnline()) end(resolve)
    }
    /** After the session heard of it, too. */
    function trySoon(): void {
      clock.clearTimeout(timer)
      timer = clock.setTimeout(tryNow, 0)
    }
    function end(settle: () => void): void {
      clock.clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      for (const stop of stops) stop()
      settle()
    }
  })
}
