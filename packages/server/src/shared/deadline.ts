import type { ServerClock } from './clock.ts'
import { untilAborted } from './until-aborted.ts'

/**
 * Runs `run` for at most `ms`; its signal aborts then, or with `outer`. Rejects with a `TimeoutError`, or with
 * the reason of `outer`, also if `run` does not heed its signal.
 */
export async function withDeadline<T>(
  clock: ServerClock,
  ms: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = (): void => controller.abort(outer?.reason)
  const timer = clock.setTimeout(() => controller.abort(timeoutError(ms)), ms)
  outer?.addEventListener('abort', abort, { once: true })
  try {
    outer?.throwIfAborted()
    return await untilAborted(run(controller.signal), controller.signal)
  } finally {
    clock.clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
  }
}

/**
 * Like `withDeadline` for work that is under way and takes no signal: most requests never look at theirs. `onLate` may
 * end what it can.
 */
export function withinTime<T>(
  clock: ServerClock,
  ms: number,
  work: Promise<T>,
  onLate: (reason: DOMException) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      const reason = timeoutError(ms)
      onLate(reason)
      reject(reason)
    }, ms)
    work.then(resolve, reject).finally(() => clock.clearTimeout(timer))
  })
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

export function timeoutError(ms: number): DOMException {
  return new DOMException(`No answer within ${ms} ms`, 'TimeoutError')
}
