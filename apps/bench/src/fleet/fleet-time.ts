import type { ServerClock } from '@forage-session/server'

interface Timer {
  at: number
  run: () => void
}

/** A virtual clock that advances only when no other work can run. */
export interface FleetTime extends ServerClock {
  /** Advances the time to this moment, and runs the timers that are due. */
  passTo(at: number): Promise<void>
  /** Advances the time until the work has settled. */
  until<T>(work: Promise<T>): Promise<T>
  /** Announces work in another thread, so that the time waits for it. */
  expectThreads(): void
}

const patienceMs = 3_600_000
// Idle turns to wait for a late thread.
const patienceTurns = 10_000

export function createFleetTime(start: number): FleetTime {
  let now = start
  const timers = new Set<Timer>()
  let hasThreads = false
  const quiet = async (): Promise<void> => {
    await turns()
    if (!hasThreads) return
    hasThreads = false
    await threads()
    await turns()
  }
  const runNext = (limit: number): boolean => {
    let first: Timer | undefined
    for (const timer of timers) if (timer.at <= limit && (!first || timer.at < first.at)) first = timer
    if (!first) return false
    timers.delete(first)
    now = Math.max(now, first.at)
    first.run()
    return true
  }
  return {
    now: () => now,
    setTimeout(run, ms) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return timer
    },
    clearTimeout: (timer) => void timers.delete(timer as Timer),
    expectThreads: () => void (hasThreads = true),
    async passTo(at) {
      while (runNext(at)) await quiet()
      now = Math.max(now, at)
    },
    async until(work) {
      const state = { isDone: false }
      const outcome = work.finally(() => {
        state.isDone = true
      })
      outcome.catch(() => {})
      const limit = now + patienceMs
      await quiet()
      for (let idle = 0; !state.isDone && idle < patienceTurns; idle++) {
        if (runNext(limit)) idle = 0
        await quiet()
      }
      if (!state.isDone) throw new Error('The work did not settle, and no timer is left')
      return outcome
    },
  }
}

/** Waits two turns. Answers and bodies are microtasks, so one turn settles them all; the second is a reserve. */
async function turns(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for the thread pool, which runs its tasks roughly in order. */
async function threads(): Promise<void> {
  await Promise.all(Array.from({ length: 8 }, () => crypto.subtle.digest('SHA-256', new Uint8Array(1))))
}
