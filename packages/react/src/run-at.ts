import type { HookClock } from './page-clock.ts'

/**
 * Runs `run` at a time of `clock`. Returns the function that cancels it.
 * Never at once: on a session with another clock than the page's, `atMs` may seem to be over.
 */
export function runAt(clock: HookClock, run: () => void, atMs: number): () => void {
  const timer = clock.setTimeout(run, Math.max(100, atMs - clock.now()))
  return () => clock.clearTimeout(timer)
}
