import { detachable } from '../shared/detachable.ts'

/** One request that many callers wait for. */
export interface Flight<T> {
  /** Waits for it. A caller's abort detaches that caller only, and rejects with the signal's own reason. */
  join(signal?: AbortSignal): Promise<T>
  /** Ends it for everybody who waits, and aborts the request's signal. */
  cancel(reason: Error): void
}

/** `run` starts in a microtask, so that the flight is stored before any foreign code runs. */
export function startFlight<T>(run: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const controller = new AbortController()
  const outcome = detachable(Promise.resolve(controller.signal).then(run), controller.signal)
  // A failure belongs to those who joined; with nobody waiting it is no unhandled rejection.
  outcome.catch(() => {})
  return {
    join: (signal) => (signal ? detachable(outcome, signal) : outcome),
    cancel: (reason) => controller.abort(reason),
  }
}
