import type { SessionClock } from '@forage-session/core'

/** The part of the session's clock that the hooks use. */
export type HookClock = Pick<SessionClock, 'now' | 'setTimeout' | 'clearTimeout'>

/** The clock of the page, for a session whose own clock is unknown. */
export const pageClock: HookClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
}

/**
 * Returns the delay of a timer that waits until `atMs`, in ms on `clock`. `setTimeout` accepts at most 2 ** 31 - 1 ms,
 * so a caller checks the time again when its timer fires. The delay is at least 100 ms: if the session has another
 * clock than the page, `atMs` may seem to be over, and the caller would try again without a pause.
 */
export function delayUntil(atMs: number, clock: Pick<HookClock, 'now'>): number {
  return Math.min(Math.max(100, atMs - clock.now()), 2 ** 31 - 1)
}

export function isPageVisible(): boolean {
  return document.visibilityState !== 'hidden'
}

/** Calls `listener` when the page is hidden or shown. Returns the function that unsubscribes. */
export function onVisibilityChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
