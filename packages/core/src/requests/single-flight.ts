import { abortWith } from '../shared/abort.ts'
import { detachable } from '../shared/detachable.ts'

/** One request that many callers wait for. */
export interface Flight<T> {
  /** Whether a caller waited for the result. */
  isAwaited: boolean
  /** Waits for the result. A caller's abort detaches that caller only, and rejects with the signal's own reason. */
  join(signal?: AbortSignal): Promise<T>
  /** Gives all who wait another result, once it is there. */
  handOver(result: Promise<T>): void
  /** Rejects for all who wait, and aborts the request's signal. */
  cancel(reason: Error): void
}

/** Starts `run` in a microtask, so that the caller can store the flight before any user code runs. */
export function startFlight<T>(run: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const controller = new AbortController()
  const { signal } = controller
  let resolve!: (result: Promise<T>) => void
  const outcome = new Promise<T>((fulfill, reject) => {
    resolve = fulfill
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    Promise.resolve(signal).then(run).then(fulfill, reject)
  })
  // A failure belongs to those who joined: without any, it is not an unhandled rejection.
  outcome.catch(() => {})
  const flight: Flight<T> = {
    isAwaited: false,
    join(waiter) {
      flight.isAwaited = true
      return detachable(outcome, waiter)
    },
    handOver: resolve,
    cancel: (reason) => abortWith(controller, reason),
  }
  return flight
}
