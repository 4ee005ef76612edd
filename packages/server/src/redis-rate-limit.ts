/**
 * Limits of the endpoint that count the requests of all instances, in Redis.
 *
 * @module @forage-session/server/redis-rate-limit
 */

export {
  redisRateLimit,
  type RateLimitRedis,
  type RedisRateLimitOptions,
} from './endpoint/limits/redis-rate-limit.ts'
