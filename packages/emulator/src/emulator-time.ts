import { EmulatorError } from './emulator-error.ts'

/** The platform's time, as an argument. All in ms. */
export interface EmulatorClock {
  /** Wall time since the epoch, as `Date.now()`. */
  now(): number
  /** Calls `run` once, `ms` from now, as the platform's. Returns what `clearTimeout` takes. */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes a timer back. */
  clearTimeout(handle: unknown): void
}

export function systemClock(): EmulatorClock {
  return {
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
  }
}

/** The emulator's own time: the clock plus what it was advanced by. */
export interface EmulatorTime {
  now(): number
  /** Ends early when the signal aborts, or by `reset`. `Infinity`: only then. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Moves time forward and wakes every sleeper that is then due. */
  advance(ms: number): void
  /** Back to the clock's own time; nobody is left asleep. */
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
  // A platform's timer of more than 2³¹−1 ms fires at once.
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
