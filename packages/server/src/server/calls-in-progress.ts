import type { BackgroundWork } from '../pool/background-work.ts'
import { ForageServerError } from '../shared/errors.ts'

/** The calls that have started and not ended. */
export interface CallsInProgress {
  readonly isClosed: boolean
  /** Rejects with `closed` after `close`. */
  run<T>(call: () => Promise<T>): Promise<T>
  /** Refuses further calls. Resolves when the calls in progress have ended. */
  close(): Promise<void>
}

/**
 * Tracks calls, each of which ends when its answer may be sent. `creator` is the name of the function that the error after
 * `close` recommends.
 */
export function createCallsInProgress(creator: string, background: BackgroundWork): CallsInProgress {
  const calls = new Set<Promise<unknown>>()
  let isClosed = false
  return {
    get isClosed() {
      return isClosed
    },
    async run(call) {
      if (isClosed) throw closedError(creator)
      const running = call().finally(() => background.beforeAnswer())
      calls.add(running)
      try {
        return await running
      } finally {
        calls.delete(running)
      }
    },
    async close() {
      isClosed = true
      await Promise.allSettled(calls)
    },
  }
}

function closedError(creator: string): ForageServerError {
  return new ForageServerError('closed', 'This method was called after close()', {
    remedy: `Create a new one with \`${creator}\`.`,
  })
}
