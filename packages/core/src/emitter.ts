export interface Emitter<T> {
  emit(value: T): void
  /** Returns the function that unsubscribes. */
  on(listener: (value: T) => void): () => void
}

/** Listeners are foreign code: one that throws breaks neither the session nor the other listeners. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    emit(value) {
      for (const listener of listeners) {
        try {
          listener(value)
        } catch (error) {
          report(error)
        }
      }
    },
    on(listener) {
      const own = (value: T): void => listener(value)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}

/** As an uncaught error of its own where that ends nothing; Node.js would end the process. */
function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void }
  if (reportError) reportError(error)
  else console.error(error)
}
