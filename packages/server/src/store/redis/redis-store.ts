import { systemClock, type ServerClock } from '../../shared/clock.ts'
import { withDeadline } from '../../shared/deadline.ts'
import { assertKnownOptions } from '../../shared/known-options.ts'
import { received } from '../../shared/received.ts'
import { createSealer, type SealingKeys } from '../sealing.ts'
import type { StoredValue, SwapOptions, SwapResult, TokenStore } from '../token-store.ts'
import { redisConnection, type RedisClient, type RedisConnection } from './redis-client.ts'
import { RedisPush } from './redis-push.ts'
import { getScript, swapScript, timeScript, type RedisScript } from './redis-scripts.ts'
import { redisStoreError, replyCode, RedisStoreError } from './redis-store-error.ts'
import { followClient, subscriberOf } from './redis-subscriber.ts'
import { heardWord } from './redis-words.ts'

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** The keys that seal the tokens in Redis, so that a dump or a backup of it holds no readable token. */
  keys: SealingKeys
  /** Deadline of one operation in ms, also while the client is not connected. Default: 500. */
  timeoutMs?: number
  /** The clock that measures the deadline. Default: the clock of the platform. */
  clock?: ServerClock
}

const knownOptions = { keys: true, timeoutMs: true, clock: true } satisfies Record<
  keyof RedisStoreOptions,
  true
>
const topic = 'fst:1:changed'
const clockKey = 'fst:1:{clock}'

/**
 * Creates a store that keeps slots in Redis or Valkey, for all instances that use it. You own the client: connect it,
 * listen to its `error` event, and close it. Each operation resolves or rejects with `RedisStoreError` within
 * `timeoutMs`. Throws `TypeError` for a value that is not a client, and for invalid keys.
 *
 * @example
 * ```ts
 * import { createForageServer } from '@forage-session/server'
 * import { redisStore } from '@forage-session/server/redis'
 * import { createClient } from 'redis'
 *
 * const redis = createClient({ url: process.env.REDIS_URL! })
 * redis.on('error', () => {})
 * await redis.connect()
 *
 * const forage = createForageServer({
 *   environment: 'sandbox',
 *   credentials: { clientId: process.env.FORAGE_CLIENT_ID!, clientSecret: process.env.FORAGE_CLIENT_SECRET! },
 *   store: redisStore(redis, { keys: { current: 'k1', k1: process.env.FORAGE_SEAL_KEY_1! } }),
 * })
 * ```
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions): TokenStore {
  const connection = redisConnection(client)
  assertKnownOptions(options, knownOptions)
  const { keys, timeoutMs = 500, clock = systemClock() } = options ?? {}
  const sealer = createSealer(keys)
  assertTimeout(timeoutMs)
  const heard = heardWord(client)
  const bounded = async <T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      const result = await withDeadline(clock, timeoutMs, undefined, run)
      heard.clear()
      return result
    } catch (error) {
      throw redisStoreError(error, heard.word)
    }
  }
  const run = (script: RedisScript, key: string, args: string[] = []): Promise<unknown> =>
    bounded((signal) => runScript(connection, script, [key], args, signal))
  const open = subscriberOf(client)
  const push = open && new RedisPush(open, topic)
  if (push) followClient(client, { ended: () => push.pause(), ready: () => push.resume() })
  return {
    capabilities: { atomic: true },
    timeoutMs,
    get: async (key) => storedValue(await run(getScript, key)),
    cas: async (key, expected, value, swap) =>
      swapResult(await run(swapScript, key, swapArguments(key, expected, value, swap))),
    now: async () => milliseconds(await run(timeScript, clockKey)),
    sealer,
    ...(push && { subscribe: (listener) => bounded((signal) => push.subscribe(listener, signal)) }),
    close: async () => {
      heard.close()
      push?.close()
    },
  }
}

function assertTimeout(ms: number): void {
  if (Number.isInteger(ms) && ms > 0) return
  throw new TypeError(`Option "timeoutMs" must be a positive integer, got ${received(ms)}`)
}

/**
 * Sends the script's hash. If Redis does not know the script (after a restart or a failover), sends its source.
 */
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
  return [expected ?? '', nextVersion, value, String(Math.ceil(ttlMs)), topic, key]
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
