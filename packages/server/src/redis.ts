/**
 * A token store in Redis or Valkey, shared by all instances.
 *
 * @module @forage-session/server/redis
 */

export { redisStore, type RedisStoreOptions } from './store/redis/redis-store.ts'
export type {
  IoRedisClient,
  NodeRedisClient,
  RedisClient,
  RedisScripting,
} from './store/redis/redis-client.ts'
export { RedisStoreError } from './store/redis/redis-store-error.ts'
export type { SealingKeys } from './store/sealing.ts'
