/**
 * Tokens shared by all instances, in Redis or Valkey.
 *
 * @module @forage-session/server/redis
 */

import { systemClock, type ServerClock } from './shared/clock.ts'
import { withDeadline } from './shared/deadline.ts'
import { received } from './shared/received.ts'
import { redisConnection, type RedisClient, type RedisConnection } from './store/redis/redis-client.ts'
import { RedisPush } from './store/redis/redis-push.ts'
import { getScript, swapScript, timeScript, type RedisScript } from './store/redis/redis-scripts.ts'
import { redisStoreError, replyCode, RedisStoreError } from './store/redis/redis-store-error.ts'
import { subscriberOf } from './store/redis/redis-subscriber.ts'
import { createSealer, type SealingKeys } from './store/sealing.ts'
import type { StoredValue, SwapOptions, SwapResult, TokenStore } from './store/token-store.ts'

export type {
  IoRedisClient,
  NodeRedisClient,
  RedisClient,
  RedisScripting,
} from './store/redis/redis-client.ts'
export type { SealingKeys } from './store/sealing.ts'
export { RedisStoreError } from './store/redis/redis-store-error.ts'

/** How tokens are kept in Redis. */
export interface RedisStoreOptions {
  /** Seal the tokens in Redis: whoever reads it, or its backup, reads none. */
  keys: SealingKeys
  /** How long one operation may take, in ms, also while the client is not connected. Default: 500. */
  timeoutMs?: number
  /** Default: the platform's. */
  clock?: ServerClock
}

const channel = 'fst:1:changed'
const clockKey = 'fst:1:{clock}'

/**
 * Keeps slots in Redis or Valkey, for all instances that use it. The client is yours: connected, with a listener
 * for its errors, and closed by you. Every operation ends within `timeoutMs` or rejects with `RedisStoreError`.
 * Throws `TypeError` for anything that is not a client, and for keys that are none.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions): TokenStore {
  const connection = redisConnection(client)
  const { keys, timeoutMs = 500, clock = systemClock() } = options ?? {}
  const sealer = createSealer(keys)
  assertTimeout(timeoutMs)
  const bounded = <T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(clock, timeoutMs, undefined, run).catch((error: unknown) => {
      throw redisStoreError(error)
    })
  const run = (script: RedisScript, key: string, args: string[] = []): Promise<unknown> =>
    bounded((signal) => runScript(connection, script, [key], args, signal))
  const open = subscriberOf(client)
  const push = open && new RedisPush(open, channel)
  return {
    capabilities: { atomic: true },
    timeoutMs,
    get: async (key) => storedValue(await run(getScript, key)),
    cas: async (key, expected, value, swap) =>
      swapResult(await run(swapScript, key, swapArguments(key, expected, value, swap))),
    now: async () => milliseconds(await run(timeScript, clockKey)),
    sealer,
    ...(push && {
      subscribe: (listener) => bounded((signal) => push.subscribe(listener, signal)),
      close: async () => push.close(),
    }),
  }
}

function assertTimeout(ms: number): void {
  if (Number.isInteger(ms) && ms > 0) return
  throw new TypeError(`Option "timeoutMs" must be a positive integer, got ${received(ms)}`)
}

/** EVALSHA sends the name of the script; one that Redis does not know (restarted, failed over) is sent whole. */
async function runScript(
  connection: RedisConnection,
  { source, sha1 }: RedisScript,
  keys: string[],
  args: string[],
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await connection.evalSha(await sha1, keys, args, signal)
  } catch (error) {
    if (replyCode(error) !== 'NOSCRIPT') throw error
    return await connection.eval(source, keys, args, signal)
  }
}

function swapArguments(
  key: string,
  expected: string | null,
  value: string,
  { nextVersion, ttlMs }: SwapOptions,
): string[] {
  return [expected ?? '', nextVersion, value, String(Math.ceil(ttlMs)), channel, key]
}

function swapResult(reply: unknown): SwapResult {
  const [isWritten, version, value] = listOf(reply)
  return Number(isWritten) === 1 ? { ok: true } : { ok: false, current: storedValue([version, value]) }
}

function storedValue(reply: unknown): StoredValue | null {
  const [version, value] = listOf(reply)
  if (!version) return null
  if (typeof version === 'string' && typeof value === 'string') return { version, value }
  throw unreadable('strings, not buffers or parsed values')
}

function milliseconds(reply: unknown): number {
  const [seconds, microseconds] = listOf(reply)
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
}

function listOf(reply: unknown): unknown[] {
  if (Array.isArray(reply)) return reply
  throw unreadable('a list')
}

function unreadable(expected: string): RedisStoreError {
  return new RedisStoreError('UNREADABLE', `The Redis client must answer a script with ${expected}`)
}
