import type { Counts, LoadWorld } from './load-world.ts'

/** The counts of one interval, per second. */
export interface Sample {
  /** The seconds since the start. */
  readonly atSeconds: number
  readonly sessionTokens: number
  readonly captures: number
  /** The live tokens at that moment, computed from requests and revocations. */
  readonly authenticationTokens: number
}

export interface Sampler {
  readonly samples: readonly Sample[]
  /** Records that all earlier authentication tokens are dead. */
  noteRevocation(counts: Counts): void
  stop(): Promise<void>
}

const everyMs = 500

/** Reads the emulator's counts twice a second. Each count is divided by the time since the last reading. */
export function startSampler({ counts }: Pick<LoadWorld, 'counts'>): Sampler {
  const samples: Sample[] = []
  const startedAt = performance.now()
  let revoked = 0
  const ending = new AbortController()
  const run = async (): Promise<void> => {
    let last = { at: startedAt, counts: await counts() }
    while (!ending.signal.aborted) {
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs)
      })
      const now = { at: performance.now(), counts: await counts() }
      samples.push(between(last, now, startedAt, revoked))
      last = now
    }
  }
  const running = run()
  return {
    samples,
    noteRevocation: ({ authenticationTokens }) => void (revoked = authenticationTokens),
    async stop() {
      ending.abort()
      await running
    },
  }
}

interface Reading {
  readonly at: number
  readonly counts: Counts
}

function between(last: Reading, now: Reading, startedAt: number, revoked: number): Sample {
  const seconds = (now.at - last.at) / 1000
  return {
    atSeconds: (now.at - startedAt) / 1000,
    sessionTokens: (now.counts.sessionTokens - last.counts.sessionTokens) / seconds,
    captures: (now.counts.captures - last.counts.captures) / seconds,
    authenticationTokens: now.counts.authenticationTokens - revoked,
  }
}
