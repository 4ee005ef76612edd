import type { Emitter } from '../shared/events.ts'
import { callQuietly } from '../shared/foreign-code.ts'

/** Options for platforms that end or freeze a process when the answer is sent. */
export interface BackgroundOptions {
  /** Keeps a request alive until the work has ended, on platforms where each request is its own I/O context. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** `await`: a call ends only when no work continues. Needless with `waitUntil`. */
  backgroundRenewal?: 'await' | undefined
}

/** The work of a server that may continue after the call that began it. */
export interface BackgroundWork {
  /** Whether a call may await the work of another call. */
  readonly sharesPromises: boolean
  /** Whether a timer still runs after the answer. */
  readonly keepsTimers: boolean
  /** Lets work continue. No caller gets its failure: it is in the slot and an event. */
  run(work: Promise<unknown>): void
  /** Resolves when the answer of a call may be sent. */
  beforeAnswer(): Promise<void>
  /** Resolves when all work has ended, except work that the platform keeps alive. */
  ended(): Promise<void>
}

export function createBackgroundWork(options: BackgroundOptions, emitter: Emitter): BackgroundWork {
  const { waitUntil, backgroundRenewal } = options
  return waitUntil ? keptByPlatform(waitUntil, emitter) : keptByProcess(backgroundRenewal === 'await')
}

function keptByPlatform(waitUntil: (work: Promise<unknown>) => void, emitter: Emitter): BackgroundWork {
  return {
    sharesPromises: false,
    keepsTimers: false,
    run: (work) => {
      callQuietly(
        () => waitUntil(work.catch(() => {})),
        (error) => emitter.emit({ type: 'hook-failed', hook: 'waitUntil', error }),
      )
    },
    beforeAnswer: async () => {},
    ended: async () => {},
  }
}

function keptByProcess(mayFreeze: boolean): BackgroundWork {
  const running = new Set<Promise<unknown>>()
  const ended = async (): Promise<void> => {
    // Work can begin other work.
    while (running.size > 0) await Promise.all(running)
  }
  return {
    sharesPromises: true,
    keepsTimers: !mayFreeze,
    run: (work) => {
      const quiet: Promise<unknown> = work.catch(() => {}).finally(() => running.delete(quiet))
      running.add(quiet)
    },
    beforeAnswer: mayFreeze ? ended : async () => {},
    ended,
  }
}
