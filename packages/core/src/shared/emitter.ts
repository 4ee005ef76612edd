import { report } from './report.ts'

export interface Emitter<T> {
  emit(value: T): void
  /** Returns the function that unsubscribes. */
  on(listener: (value: T) => void): () => void
}

/** Creates an emitter. A listener that throws breaks neither the session nor the other listeners. */
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
      // A listener that subscribes twice is called twice.
      const own = (value: T): void => listener(value)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
