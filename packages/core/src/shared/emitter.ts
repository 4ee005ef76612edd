import { guarded } from './report.ts'

export interface Emitter<T> {
  emit(value: T): void
  /** Returns the function that unsubscribes. */
  on(listener: (value: T) => void): () => void
}

/** Creates an emitter. A listener that throws or rejects breaks neither the session nor the other listeners. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => unknown>()
  return {
    emit(value) {
      // A listener may unsubscribe others, and subscribe again: a copy, so that the loop ends.
      for (const listener of new Set(listeners)) {
        if (listeners.has(listener)) void guarded(() => listener(value))
      }
    },
    on(listener) {
      // A listener that subscribes twice is called twice.
      const own = (value: T): unknown => listener(value)
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}
