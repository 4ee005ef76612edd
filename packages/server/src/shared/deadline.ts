import type { ServerClock } from './clock.ts'

/**
 * Runs `run` for at most `ms`. Its signal aborts at the deadline, or with `outer`. Rejects with a `TimeoutError`, or
 * with the reason of `outer`, even if `run` ignores its signal.
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
 * Waits at most `ms` for `work` that takes no signal, and rejects with a `TimeoutError` after that. It creates no
 * `AbortController`, because most requests would never use it. `onLate` can end the work.
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

/** Resolves after `ms`. Rejects with the reason of `signal`. */
export async function pause(clock: ServerClock, ms: number, signal?: AbortSignal): Promise<void> {
  let timer: unknown
  const passed = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, ms)
  })
  await untilAborted(passed, signal).finally(() => clock.clearTimeout(timer))
}

/** Detaches one caller when `signal` aborts: rejects with its reason, while `work` continues for the others. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

export function timeoutError(ms: number): DOMException {
  return new DOMException(`No answer within ${ms} ms`, 'TimeoutError')
}
