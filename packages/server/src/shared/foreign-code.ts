import type { ServerClock } from './clock.ts'
import { withinTime } from './deadline.ts'

/**
 * Calls code of the application whose result does not matter. If it throws, or rejects later, `failed` receives the class
 * of the error. A rejection without a handler would end a process of Node.js.
 */
export function callQuietly(run: () => unknown, failed: (error: string) => void = () => {}): void {
  try {
    const result = run()
    if (isThenable(result)) Promise.resolve(result).catch((error: unknown) => failed(errorName(error)))
  } catch (error) {
    failed(errorName(error))
  }
}

/**
 * Calls code of the application. If its answer is async, returns a promise that waits for it, for at most `ms`, and then
 * rejects with a `TimeoutError`. Most answers are not async, and a promise for each would cost more than the call.
 */
export function answerWithin<T>(
  clock: ServerClock,
  ms: number,
  run: () => T | PromiseLike<T>,
  onLate?: (reason: DOMException) => void,
): T | Promise<T> {
  const answer = run()
  return isThenable(answer) ? withinTime(clock, ms, Promise.resolve(answer), onLate) : answer
}

/** Returns the class of an error, for an event. Its message may hold a secret. */
export function errorName(error: unknown): string {
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : typeof error
}

// Not `instanceof`: the promise may come from another library or another realm.
function isThenable<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}
