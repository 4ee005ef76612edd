import { EmulatorError } from './emulator-error.ts'

/** A source of time and timers. All times are in ms. */
export interface EmulatorClock {
  /** Returns the time since the epoch, like `Date.now()`. */
  now(): number
  /** Calls `run` once, after `ms`. Returns a handle for `clearTimeout`. */
  setTimeout(run: () => void, ms: number): unknown
  /** Cancels a timer. */
  clearTimeout(handle: unknown): void
}

export function systemClock(): EmulatorClock {
  return {
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
  }
}

/** The emulator's time: the clock, plus the total of `advance`. */
export interface EmulatorTime {
  now(): number
  /** Waits for `ms`, or until the signal aborts or `reset` is called. `Infinity` waits for one of those. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Moves time forward and wakes every sleeper that becomes due. */
  advance(ms: number): void
  /** Returns to the clock's time and wakes every sleeper. */
  reset(): void
}

interface Sleeper {
  readonly dueAt: number
  readonly wake: () => void
}

export function createEmulatorTime(clock: EmulatorClock, startOffsetMs = 0): EmulatorTime {
  const sleepers = new Set<Sleeper>()
  let offsetMs = startOffsetMs
  const now = (): number => clock.now() + offsetMs
  const wakeDue = (at: number): void => {
    for (const sleeper of sleepers) if (sleeper.dueAt <= at) sleeper.wake()
  }
  return {
    now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = fallAsleep(clock, now() + ms, ms, sleepers, resolve)
        sleepers.add(sleeper)
        if (signal?.aborted) sleeper.wake()
        else signal?.addEventListener('abort', sleeper.wake, { once: true })
      }),
    advance: (ms) => {
      offsetMs += requireDuration(ms)
      wakeDue(now())
    },
    reset: () => {
      offsetMs = 0
      wakeDue(Infinity)
    },
  }
}

function fallAsleep(
  clock: EmulatorClock,
  dueAt: number,
  ms: number,
  sleepers: Set<Sleeper>,
  resolve: () => void,
): Sleeper {
  // The platform fires a timer of more than 2³¹−1 ms at once.
  const handle = ms < 2 ** 31 ? clock.setTimeout(() => self.wake(), ms) : undefined
  const self: Sleeper = {
    dueAt,
    wake: () => {
      clock.clearTimeout(handle)
      sleepers.delete(self)
      resolve()
    },
  }
  return self
}

function requireDuration(ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return ms
  throw new EmulatorError(
    'invalid_option',
    `Time was not advanced: \`ms\` has to be a finite number from 0 up, got ${String(ms)}.`,
  )
}
