import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import type { Emitter } from '../shared/events.ts'
import { wholeSeconds, type Problem } from './problem.ts'
import { memoryRateLimit } from './rate-limit-memory.ts'
import {
  isRateLimiter,
  type LimitedBy,
  type RateLimiter,
  type ResolvedRateLimits,
} from './rate-limit-options.ts'

interface Dependencies {
  clock: ServerClock
  emitter: Emitter
}

export interface RateLimits {
  /** Counts one request of `key`. A problem if it is one too many. */
  check(by: LimitedBy, key: string): Promise<Problem | undefined>
}

/** How long a key has to wait, in ms; 0: it is within the limit. */
type Wait = (key: string) => number | Promise<number>

const limiterTimeoutMs = 500

export function createRateLimits(limits: ResolvedRateLimits, dependencies: Dependencies): RateLimits {
  const waitOf = (by: LimitedBy): Wait | undefined => {
    const limit = limits[by]
    if (limit === false) return undefined
    return isRateLimiter(limit)
      ? foreignLimit(by, limit, dependencies)
      : memoryRateLimit(limit, () => dependencies.clock.now())
  }
  const waits = { ip: waitOf('ip'), subject: waitOf('subject'), merchant: waitOf('merchant') }
  return {
    async check(by, key) {
      const ms = (await waits[by]?.(key)) ?? 0
      if (ms <= 0) return undefined
      dependencies.emitter.emit({ type: 'rate-limited', by })
      const detail = 'Too many requests; wait as long as Retry-After says'
      return { code: 'rate_limited', detail, retryAfterSeconds: wholeSeconds(ms) }
    },
  }
}

// `authorize` has the last word on who gets a token: a limiter that is down must not close the shop.
function foreignLimit(by: LimitedBy, limiter: RateLimiter, { clock, emitter }: Dependencies): Wait {
  let isDown = false
  return async (key) => {
    try {
      await withDeadline(clock, limiterTimeoutMs, undefined, async () => limiter.consume(key))
      isDown = false
      return 0
    } catch (refused) {
      const ms = msBeforeNext(refused)
      if (ms === undefined && !isDown)
        emitter.emit({ type: 'rate-limiter-failed', by, error: nameOf(refused) })
      isDown = ms === undefined
      return ms ?? 0
    }
  }
}

function msBeforeNext(refused: unknown): number | undefined {
  if (typeof refused !== 'object' || refused === null || refused instanceof Error) return undefined
  const { msBeforeNext: ms } = refused as { msBeforeNext?: unknown }
  // A limiter without an end (-1) says nothing about the time.
  return typeof ms === 'number' ? Math.max(1, ms) : undefined
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
