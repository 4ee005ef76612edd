import type { ServerClock } from '../../shared/clock.ts'
import type { LimitedBy } from '../../shared/codes.ts'
import { withDeadline } from '../../shared/deadline.ts'
import type { Emitter } from '../../shared/events.ts'
import { errorName } from '../../shared/foreign-code.ts'
import { wholeSeconds, type Problem } from '../problem.ts'
import { memoryRateLimit } from './rate-limit-memory.ts'
import { isRateLimiter, type RateLimiter, type ResolvedRateLimits } from './rate-limit-options.ts'

interface Dependencies {
  clock: ServerClock
  emitter: Emitter
}

export interface RateLimits {
  /** Counts one request of `key`. Returns a problem if it is one too many. */
  check(by: LimitedBy, key: string): Promise<Problem | undefined>
}

/** Counts one request and returns how long its key must wait, in ms: 0 within the limit. */
type Wait = (key: string) => number | Promise<number>

const limiterTimeoutMs = 500

export function createRateLimits(limits: ResolvedRateLimits, dependencies: Dependencies): RateLimits {
  const waitOf = (by: LimitedBy): Wait | undefined => {
    const limit = limits[by]
    if (limit === false) return undefined
    return isRateLimiter(limit)
      ? customLimit(by, limit, dependencies)
      : memoryRateLimit(limit, () => dependencies.clock.now())
  }
  const waits = { ip: waitOf('ip'), subject: waitOf('subject'), merchant: waitOf('merchant') }
  return {
    async check(by, key) {
      const ms = (await waits[by]?.(key)) ?? 0
      if (ms <= 0) return undefined
      dependencies.emitter.emit({ type: 'rate-limited', by })
      const detail = 'Too many requests; wait for the time in Retry-After'
      return { code: 'rate_limited', detail, retryAfterSeconds: wholeSeconds(ms) }
    },
  }
}

// A limiter that is down must not close the shop: `authorize` still decides who gets a token.
function customLimit(by: LimitedBy, limiter: RateLimiter, { clock, emitter }: Dependencies): Wait {
  let isDown = false
  return async (key) => {
    try {
      await withDeadline(clock, limiterTimeoutMs, undefined, async () => limiter.consume(key))
      isDown = false
      return 0
    } catch (refused) {
      const ms = msBeforeNext(refused)
      if (ms === undefined && !isDown)
        emitter.emit({ type: 'rate-limiter-failed', by, error: errorName(refused) })
      isDown = ms === undefined
      return ms ?? 0
    }
  }
}

function msBeforeNext(refused: unknown): number | undefined {
  if (typeof refused !== 'object' || refused === null || refused instanceof Error) return undefined
  const { msBeforeNext: ms } = refused as { msBeforeNext?: unknown }
  // A limiter without an end reports -1, which is not a time to wait.
  return typeof ms === 'number' ? Math.max(1, ms) : undefined
}
