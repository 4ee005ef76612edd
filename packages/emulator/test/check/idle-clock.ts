import type { EmulatorClock } from '../../src/index.ts'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A clock that moves to its next timer as soon as no request is open, and `fetch`, which counts the open requests. */
export interface IdleClock extends EmulatorClock {
  /** Returns a `fetch` whose answers are read to their end, so that an idle client waits for a timer only. */
  counting(fetch: Fetch): Fetch
  /** Moves the time without running timers, like a slow answer. */
  pass(ms: number): void
}

export function createIdleClock(start: number = Date.UTC(2026, 0, 15, 12)): IdleClock {
  let now = start
  let open = 0
  const timers = new Map<object, { at: number; run: () => void }>()
  const runNext = (): void => {
    const [next] = [...timers].toSorted(([, one], [, other]) => one.at - other.at)
    if (open > 0 || next === undefined) return
    const [handle, { at, run }] = next
    timers.delete(handle)
    now = Math.max(now, at)
    run()
  }
  const whenIdle = (): void => void setImmediate(() => setImmediate(runNext))
  return {
    now: () => now,
    setTimeout(run, ms) {
      const handle = {}
      timers.set(handle, { at: now + ms, run })
      whenIdle()
      return handle
    },
    clearTimeout: (handle) => void timers.delete(handle as object),
    pass: (ms) => void (now += ms),
    counting: (fetch) => async (url, init) => {
      open += 1
      try {
        const response = await fetch(url, init)
        const { status, headers } = response
        const hasBody = ![101, 204, 205, 304].includes(status) && init.method !== 'HEAD'
        return new Response(hasBody ? await response.arrayBuffer() : null, { status, headers })
      } finally {
        open -= 1
        whenIdle()
      }
    },
  }
}
