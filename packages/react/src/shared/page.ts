import type { SessionClock } from '@forage-session/core'

/** The part of the session's clock that the hooks use. */
export type HookClock = Pick<SessionClock, 'now' | 'setTimeout' | 'clearTimeout'>

/** The clock of the page, for a session whose own clock is unknown. */
export const pageClock: HookClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
}

/** `setTimeout` accepts no longer delay; a caller that waits longer checks the time again then. */
const longestMs = 2 ** 31 - 1

/** If the session has another clock than the page, `atMs` may seem to be past: without a pause this would loop. */
const shortestMs = 100

/**
 * Calls `run` at `atMs`, in ms on `clock`, or earlier if a timer cannot wait that long. Returns a function that
 * cancels the call.
 */
export function runAt(clock: HookClock, run: () => void, atMs: number): () => void {
  const delayMs = Math.min(Math.max(shortestMs, atMs - clock.now()), longestMs)
  const timer = clock.setTimeout(run, delayMs)
  return () => clock.clearTimeout(timer)
}

export function isPageVisible(): boolean {
  return document.visibilityState !== 'hidden'
}

/** Calls `listener` when the page is hidden or shown. Returns the function that unsubscribes. */
export function onVisibilityChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
