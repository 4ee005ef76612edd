import type { SessionClock } from '../shared/session-clock.ts'

/** A clock that stands still until it is told to go. All in ms. */
export interface VirtualClock extends SessionClock {
  /** Lets time pass, on both clocks: runs the timers that fall due, in order, and what they wait for. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock forward, or back. */
  stepWall(ms: number): void
  /**
   * The machine sleeps: the wall clock goes on, timers are frozen and fall due late, the monotonic clock
   * stands still unless told otherwise.
   */
  sleep(ms: number, options?: { monotonic?: boolean }): void
  /** Time that really passed: what a server's clock says, whatever this device's clocks do. */
  elapsed(): number
  /** How many timers are set. */
  timers(): number
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Starts at 2026-01-01T00:00:00Z, `monotonic()` 0. */
export function createVirtualClock(): VirtualClock {
  let wall = Date.UTC(2026, 0, 1)
  let monotonic = 0
  let awake = 0
  let asleep = 0
  const timers = new Map<object, Timer>()

  const pass = (ms: number): void => {
    wall += ms
    monotonic += ms
    awake += ms
  }
  const nextDue = (until: number): [object, Timer] | undefined =>
    [...timers].filter(([, { at }]) => at <= until).toSorted(([, a], [, b]) => a.at - b.at)[0]

  return {
    now: () => wall,
    monotonic: () => monotonic,
    setTimeout(run, ms) {
      const handle = {}
      timers.set(handle, { at: awake + platformDelay(ms), run })
      return handle
    },
    clearTimeout: (handle) => void timers.delete(handle as object),
    async advance(ms) {
      const until = awake + ms
      await settle()
      for (let due = nextDue(until); due; due = nextDue(until)) {
        const [handle, { at, run }] = due
        pass(Math.max(0, at - awake))
        timers.delete(handle)
        run()
        await settle()
      }
      pass(until - awake)
    },
    stepWall: (ms) => void (wall += ms),
    sleep(ms, options) {
      wall += ms
      asleep += ms
      if (options?.monotonic) monotonic += ms
    },
    elapsed: () => awake + asleep,
    timers: () => timers.size,
  }
}

/** A platform keeps delays in 32 bits: a longer one runs at once. */
function platformDelay(ms: number): number {
  return ms > 2 ** 31 - 1 ? 0 : Math.max(0, ms)
}

/** Lets every promise that is due settle, also those behind a body that is read. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
  // Firefox reads bodies beside the page's own tasks: whoever waits for another one has waited for all.
  await new Response('.').text()
}
