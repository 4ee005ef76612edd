import type { Counts, LoadWorld } from './load-world.ts'

/** What was counted in one interval. */
export interface Sample {
  /** Since the start, in s. */
  readonly atSeconds: number
  readonly sessionTokens: number
  readonly captures: number
  /** Alive at that moment, as far as requests and revocations tell. */
  readonly authenticationTokens: number
}

export interface Sampler {
  readonly samples: readonly Sample[]
  /** The authentication tokens of before are dead. */
  noteRevocation(counts: Counts): void
  stop(): Promise<void>
}

const everyMs = 500

/** Reads the emulator's counts twice a second; a reading that is late is divided by the time it covers. */
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
