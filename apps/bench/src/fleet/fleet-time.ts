import type { ServerClock } from '@forage-session/server'

interface Timer {
  at: number
  run: () => void
}

/** Time that passes only while nothing else can happen. */
export interface FleetTime extends ServerClock {
  /** Lets time pass to this moment, and runs what falls due. */
  passTo(at: number): Promise<void>
  /** Lets time pass until the work is done. */
  until<T>(work: Promise<T>): Promise<T>
  /** Work in another thread is about to begin: time waits for it. */
  expectThreads(): void
}

const patienceMs = 3_600_000
// A thread that is late.
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
      const noticed = work.finally(() => {
        state.isDone = true
      })
      noticed.catch(() => {})
      const limit = now + patienceMs
      await quiet()
      for (let idle = 0; !state.isDone && idle < patienceTurns; idle++) {
        if (runNext(limit)) idle = 0
        await quiet()
      }
      if (!state.isDone) throw new Error('Nothing is left to wait for')
      return noticed
    },
  }
}

/** Answers and bodies are microtasks: a turn settles them all, the other is a reserve. */
async function turns(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Threads keep about to the order of what they are given. */
async function threads(): Promise<void> {
  await Promise.all(Array.from({ length: 8 }, () => crypto.subtle.digest('SHA-256', new Uint8Array(1))))
}
