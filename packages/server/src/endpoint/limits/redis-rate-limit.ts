import { RateLimiterMemory, RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible'

import type { LimitedBy } from '../../shared/codes.ts'
import { assertKnownOptions } from '../../shared/known-options.ts'
import { isRateLimiter, resolveRateLimits } from './rate-limit-options.ts'
import type { RateLimiter, RateLimitOptions, RequestLimit } from './rate-limit-options.ts'

/** A client of Redis: `node-redis`, `ioredis`, or a compatible one. */
export type RateLimitRedis = {
  /** Redis's `EVAL`, with the arguments that the client takes. */
  eval: (...args: never[]) => unknown
}

/** Options of `redisRateLimit`. Each limit counts the requests to all instances; `false` turns it off. */
export interface RedisRateLimitOptions {
  /** Limit per address; needs `clientIp`. Default: 300 a minute. */
  ip?: RequestLimit | false
  /** Limit per `subject` of `authorize`. Default: 20 a minute. */
  subject?: RequestLimit | false
  /** Limit per `merchantAccount` of `authorize`. Default: no limit. */
  merchant?: RequestLimit | false
  /** Prefix of the keys in Redis. Default: `forage-session:limit`. */
  keyPrefix?: string
}

const knownOptions = { ip: true, subject: true, merchant: true, keyPrefix: true } satisfies Record<
  keyof RedisRateLimitOptions,
  true
>
// Well below 500 ms, after which the endpoint lets a request pass uncounted.
const operationTimeoutMs = 300

/**
 * Returns the option `rateLimit` for several instances. Requests are counted in Redis, and in the memory of this process
 * while Redis is not ready or takes longer than 300 ms. Redis holds hashes of addresses and subjects. Needs the package
 * `rate-limiter-flexible`.
 *
 * @example
 * ```ts
 * import type { Authorize, ForageServer } from '@forage-session/server'
 * import { redisRateLimit } from '@forage-session/server/redis-rate-limit'
 * import { createClient } from 'redis'
 *
 * declare const forage: ForageServer
 * declare const authorize: Authorize
 *
 * const redis = createClient({ url: process.env.REDIS_URL! })
 * await redis.connect()
 *
 * export const sessionToken = forage.sessionTokenHandler({
 *   authorize,
 *   clientIp: (request) => request.headers.get('cf-connecting-ip'), // the header that your proxy sets
 *   rateLimit: redisRateLimit(redis, { merchant: { requests: 3000, perMs: 60_000 } }),
 * })
 * ```
 */
export function redisRateLimit(
  client: RateLimitRedis,
  options: RedisRateLimitOptions = {},
): RateLimitOptions {
  assertKnownOptions(options, knownOptions)
  const { keyPrefix = 'forage-session:limit', ...limits } = options
  const resolved = resolveRateLimits(limits)
  const limiter = (by: LimitedBy): RateLimiter | false => {
    const limit = resolved[by]
    if (limit === false || isRateLimiter(limit)) return false
    return hashed(insured(client, limit, `${keyPrefix}:${by}`))
  }
  return { ip: limiter('ip'), subject: limiter('subject'), merchant: limiter('merchant') }
}

function insured(client: RateLimitRedis, { requests, perMs }: RequestLimit, keyPrefix: string): RateLimiter {
  // The limiter takes whole seconds.
  const limit = { keyPrefix, points: requests, duration: Math.ceil(perMs / 1000) }
  const limiter = new RateLimiterRedis({
    ...limit,
    storeClient: client,
    // The limiter calls `defineCommand` of ioredis; node-redis takes the script itself.
    useRedisPackage: !('defineCommand' in client),
    // A client that queues commands while it is offline would make every checkout wait.
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(limit),
  })
  return new RLWrapperTimeouts({ limiter, timeoutMs: operationTimeoutMs })
}

// A subject may be a session id, and an address is personal data. Neither belongs in Redis.
function hashed(limiter: RateLimiter): RateLimiter {
  return { consume: async (key) => limiter.consume(await digest(key)) }
}

async function digest(key: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return Array.from(new Uint8Array(bytes, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
