import type { VirtualClock } from '../fixtures/virtual-clock.ts'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The clock of a client that advances the servers' clock, but only while no request of the client is open. */
export interface IdleClock {
  now(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
  /** Returns a `fetch` whose answers are read to their end, so that an idle client waits for a timer only. */
  counting(fetch: Fetch): Fetch
}

export function createIdleClock(servers: VirtualClock): IdleClock {
  let open = 0
  const timers = new Map<object, { at: number; run: () => void }>()
  const runNext = async (): Promise<void> => {
    const [next] = [...timers].toSorted(([, one], [, other]) => one.at - other.at)
    if (open > 0 || next === undefined) return
    const [handle, { at, run }] = next
    timers.delete(handle)
    await servers.advance(Math.max(0, at - servers.now()))
    run()
  }
  const whenIdle = (): void => void setImmediate(() => setImmediate(() => void runNext()))
  return {
    now: () => servers.now(),
    setTimeout(run, ms) {
      const handle = {}
      timers.set(handle, { at: servers.now() + ms, run })
      whenIdle()
      return handle
    },
    clearTimeout: (handle) => void timers.delete(handle as object),
    counting: (fetch) => async (url, init) => {
      open += 1
      try {
        const response = await fetch(url, init)
        const { status, headers } = response
        const hasBody = status !== 204 && init.method !== 'HEAD'
        return new Response(hasBody ? await response.arrayBuffer() : null, { status, headers })
      } finally {
        open -= 1
        whenIdle()
      }
    },
  }
}
