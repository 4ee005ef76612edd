import type { ServerClock } from '../../src/index.ts'

interface Timer {
  at: number
  run: () => void
}

/** A virtual clock that moves only when no promise is pending. */
export interface FleetClock extends ServerClock {
  /** Advances the time by `ms`. */
  pass(ms: number): Promise<void>
  /** Runs work of the real world, such as a query. Meanwhile, the time stands still. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Advances the time until `isDone`, at most by an hour. */
  passUntil(isDone: () => boolean): Promise<void>
}

const hour = 3_600_000
// Answers and bodies are microtasks, so one turn settles them. The others are a reserve.
const quietTurns = 3

export function createFleetClock(): FleetClock {
  let now = Date.UTC(2025, 0, 1)
  const timers = new Set<Timer>()
  let working = 0
  const turns = async (): Promise<void> => {
    const isBusy = (): boolean => working > 0 || hashes.size > 0
    for (let quiet = 0; quiet < quietTurns; quiet = isBusy() ? 0 : quiet + 1) await turn()
  }
  const next = (until: number): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (timer.at <= until && (!first || timer.at < first.at)) first = timer
    return first
  }
  const runNext = (until: number): boolean => {
    const timer = next(until)
    if (!timer) return false
    timers.delete(timer)
    now = Math.max(now, timer.at)
    timer.run()
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
    async during(work) {
      working++
      try {
        return await work()
      } finally {
        working--
      }
    },
    async pass(ms) {
      const until = now + ms
      await turns()
      while (runNext(until)) await turns()
      now = until
    },
    async passUntil(isDone) {
      const until = now + hour
      await turns()
      for (let idle = 0; !isDone(); await turns()) {
        idle = runNext(until) ? 0 : idle + 1
        if (idle > 1_000_000) throw new Error('Nothing is left to wait for')
      }
    },
  }
}

// The key of a slot is hashed on another thread. While that lasts, no time may pass.
const hashes = new Set<Promise<unknown>>()
const digest = crypto.subtle.digest.bind(crypto.subtle)
crypto.subtle.digest = (...of) => {
  const hash = digest(...of).finally(() => hashes.delete(hash))
  hashes.add(hash)
  return hash
}

const { setImmediate: immediately } = globalThis as unknown as {
  setImmediate: (run: () => void) => void
}

function turn(): Promise<void> {
  return new Promise((resolve) => immediately(resolve))
}
