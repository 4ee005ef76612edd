/** Throws the reason of an aborted signal, also where `AbortSignal.prototype.throwIfAborted` is missing. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal)
}

/** Returns why a signal was aborted. Old runtimes keep no reason (React Native, jsdom). */
export function reasonOf({ reason }: AbortSignal): unknown {
  return reason === undefined ? Object.assign(new Error('Aborted'), { name: 'AbortError' }) : reason
}

/** Aborts a signal of the session. Its reason is kept, also by a runtime that ignores the argument of `abort`. */
export function abortWith(controller: AbortController, reason: Error): void {
  const { signal } = controller
  if (!('reason' in signal)) Object.assign(signal, { reason })
  controller.abort(reason)
}
