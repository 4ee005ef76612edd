/**
 * Limits of the endpoint that count the requests of all instances, in Redis.
 *
 * @module @forage-session/server/redis-rate-limit
 */

import { RateLimiterMemory, RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible'

import {
  isRateLimiter,
  resolveRateLimits,
  type RateLimiter,
  type RateLimitOptions,
  type RequestLimit,
} from './endpoint/rate-limit-options.ts'
import type { LimitedBy } from './shared/codes.ts'

/** What counts over all instances: `node-redis`, `ioredis`, and what is compatible with either. */
export type RateLimitRedis = {
  /** Redis's `EVAL`, in the client's own form. */
  eval: (...args: never[]) => unknown
}

/** How many requests each may send, over all instances; `false` is no limit. */
export interface RedisRateLimitOptions {
  /** Default: 300 a minute. */
  ip?: RequestLimit | false
  /** Default: 20 a minute. */
  subject?: RequestLimit | false
  /** Default: none. */
  merchant?: RequestLimit | false
  /** Of the keys in Redis. Default: `forage-session:limit`. */
  keyPrefix?: string
}

// Clearly less than the 500 ms after which a request passes uncounted.
const operationTimeoutMs = 300

/**
 * The option `rateLimit` for several instances: counted in Redis, and in this process's memory while Redis is not
 * ready or takes longer than 300 ms. Neither addresses nor subjects are stored, but their hashes.
 */
export function redisRateLimit(
  client: RateLimitRedis,
  { keyPrefix = 'forage-session:limit', ...limits }: RedisRateLimitOptions = {},
): RateLimitOptions {
  const resolved = resolveRateLimits(limits)
  const limiter = (by: LimitedBy): RateLimiter | false => {
    const limit = resolved[by]
    if (limit === false || isRateLimiter(limit)) return false
    return hashed(insured(client, limit, `${keyPrefix}:${by}`))
  }
  return { ip: limiter('ip'), subject: limiter('subject'), merchant: limiter('merchant') }
}

function insured(client: RateLimitRedis, { requests, perMs }: RequestLimit, keyPrefix: string): RateLimiter {
  // Redis expires keys by the second here.
  const limit = { keyPrefix, points: requests, duration: Math.ceil(perMs / 1000) }
  const limiter = new RateLimiterRedis({
    ...limit,
    storeClient: client,
    // ioredis defines commands; node-redis takes the script itself.
    useRedisPackage: !('defineCommand' in client),
    // A client that queues while it is offline would make every checkout wait.
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(limit),
  })
  return new RLWrapperTimeouts({ limiter, timeoutMs: operationTimeoutMs })
}

// A subject may be the id of a session, and an address is a person's: neither is worth having in Redis.
function hashed(limiter: RateLimiter): RateLimiter {
  return { consume: async (key) => limiter.consume(await digest(key)) }
}

async function digest(key: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return Array.from(new Uint8Array(bytes, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
