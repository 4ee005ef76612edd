/** The platform's timers. */
export interface RoundTimers {
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

const platform: RoundTimers = {
  // A pause must not keep the process alive.
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}

/**
 * Calls `run` now, and again `pauseMs` after each call has ended. `run` must not reject. Returns a function that stops the
 * rounds and resolves when the last call has ended.
 */
export function startRounds(
  run: () => Promise<void>,
  pauseMs: number,
  timers: RoundTimers = platform,
): () => Promise<void> {
  let next: unknown
  let isOver = false
  const round = async (): Promise<void> => {
    await run()
    if (!isOver) next = timers.setTimeout(() => void (current = round()), pauseMs)
  }
  let current = round()
  return async () => {
    isOver = true
    timers.clearTimeout(next)
    await current
  }
}
