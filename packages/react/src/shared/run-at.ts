import type { HookClock } from './page-clock.ts'

/** `setTimeout` takes no more: whoever waits looks again then. */
const longestMs = 2 ** 31 - 1

/** How long until `atMs`. Never at once: on a session with another clock than the page's, it may seem to be over. */
export function delayUntil(atMs: number, clock: Pick<HookClock, 'now'>): number {
  return Math.min(Math.max(100, atMs - clock.now()), longestMs)
}

/** Runs `run` at a time of `clock`, or after the longest wait that a timer takes. Returns the function that cancels it. */
export function runAt(clock: HookClock, run: () => void, atMs: number): () => void {
  const timer = clock.setTimeout(run, delayUntil(atMs, clock))
  return () => clock.clearTimeout(timer)
}
