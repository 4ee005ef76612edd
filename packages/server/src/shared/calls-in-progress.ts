import { ForageServerError } from './errors.ts'

/** What was called and has not ended. */
export interface CallsUnderWay {
  readonly isClosed: boolean
  /** Rejects with `closed` after `close`. */
  run<T>(call: () => Promise<T>): Promise<T>
  /** Refuses further calls; resolves when those under way have ended. */
  close(): Promise<void>
}

/** `creator` is the function that makes a new one of what is closed. */
export function createCallsUnderWay(creator: string): CallsUnderWay {
  const calls = new Set<Promise<unknown>>()
  let isClosed = false
  return {
    get isClosed() {
      return isClosed
    },
    async run(call) {
      if (isClosed) throw closedError(creator)
      const running = call()
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
  return new ForageServerError('closed', 'Called after close()', {
    remedy: `Create a new one with \`${creator}\`.`,
    retryable: false,
  })
}
