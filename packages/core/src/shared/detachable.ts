import { reasonOf } from './abort.ts'

/** Waits for `outcome`. An abort ends only the waiting, and rejects with the signal's own reason. */
export function detachable<T>(outcome: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return outcome
  return new Promise<T>((resolve, reject) => {
    const detach = (): void => reject(reasonOf(signal))
    if (signal.aborted) return detach()
    signal.addEventListener('abort', detach, { once: true })
    outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', detach))
  })
}
