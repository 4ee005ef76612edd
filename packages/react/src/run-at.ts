import type { HookClock } from './page-clock.ts'

/** How long until `atMs`. Never at once: on a session with another clock than the page's, it may seem to be over. */
export function delayUntil(atMs: number, clock: Pick<HookClock, 'now'>): number {
  return Math.max(100, atMs - clock.now())
}

/** Runs `run` at a time of `clock`. Returns the function that cancels it. */
export function runAt(clock: HookClock, run: () => void, atMs: number): () => void {
  const timer = clock.setTimeout(run, delayUntil(atMs, clock))
  return () => clock.clearTimeout(timer)
}
