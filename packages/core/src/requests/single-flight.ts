import { abortWith } from '../shared/abort.ts'
import { detachable } from '../shared/detachable.ts'

/** One request that many callers wait for. */
export interface Flight<T> {
  /** Waits for the result. A caller's abort detaches that caller only, and rejects with the signal's own reason. */
  join(signal?: AbortSignal): Promise<T>
  /** Rejects for all who wait, and aborts the request's signal. */
  cancel(reason: Error): void
}

/** Starts `run` in a microtask, so that the caller can store the flight before any user code runs. */
export function startFlight<T>(run: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const controller = new AbortController()
  const outcome = detachable(Promise.resolve(controller.signal).then(run), controller.signal)
  // A failure belongs to those who joined: without any, it is not an unhandled rejection.
  outcome.catch(() => {})
  return {
    join: (signal) => detachable(outcome, signal),
    cancel: (reason) => abortWith(controller, reason),
  }
}
