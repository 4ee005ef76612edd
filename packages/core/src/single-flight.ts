import { detachable } from './detachable.ts'
import type { SessionClock } from './session-clock.ts'

/** One request that many callers wait for. */
export interface Flight<T> {
  /** Waits for it. A caller's abort detaches that caller only, and rejects with the signal's own reason. */
  join(signal?: AbortSignal): Promise<T>
  /** Ends it for everybody who waits, and aborts the request's signal. */
  cancel(reason: Error): void
}

export interface FlightOptions<T> {
  /** Starts in a microtask, so that the flight is stored before any foreign code runs. */
  run: (signal: AbortSignal, startDeadline: () => void) => Promise<T>
  timeoutMs: number
  onTimeout: () => Error
  clock: SessionClock
}

export function startFlight<T>({ run, timeoutMs, onTimeout, clock }: FlightOptions<T>): Flight<T> {
  const controller = new AbortController()
  let deadline: unknown
  let cancel!: (reason: Error) => void
  const cancelled = new Promise<never>((_, reject) => {
    cancel = (reason) => {
      clock.clearTimeout(deadline)
      reject(reason)
      controller.abort(reason)
    }
  })
  const startDeadline = (): void => {
    deadline = clock.setTimeout(() => cancel(onTimeout()), timeoutMs)
  }
  const landed = Promise.resolve()
    .then(() => run(controller.signal, startDeadline))
    .finally(() => clock.clearTimeout(deadline))
  const outcome = Promise.race([landed, cancelled])
  // A failure belongs to those who joined; with nobody waiting it is no unhandled rejection.
  outcome.catch(() => {})
  return { join: (signal) => (signal ? detachable(outcome, signal) : outcome), cancel }
}
