import type { RedisClientType } from 'redis'

import { errorCode } from '../../shared/safe-cause.ts'
import { PostgresStoreError } from '../../store/postgres/postgres-store-error.ts'
import { redisStore } from '../../store/redis/redis-store.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'
import { openDatabase } from './opened-database.ts'

// A person at a terminal can wait, and a rotation should not stop midway because of one slow answer.
const timeoutMs = 5000

/** The store that the servers share. Disposing closes it, and the client that it uses. */
export interface OpenedStore extends AsyncDisposable {
  store: TokenStore
}

export interface OpenedRedis extends OpenedStore {
  client: RedisClientType
}

/**
 * The store cannot be reached, or refuses the connection. The error holds only a code: an address may hold a password.
 */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
  readonly code: string
  constructor(code: string, store = 'Redis of REDIS_URL') {
    super(`The ${store} cannot be used (${code}).`)
    this.code = code
  }
}

/** Opens the store that the servers share. Rejects with `UsageError` without an address, `StoreUnreachable` if it is down. */
export async function openStore({ redis, database }: Configuration): Promise<OpenedStore> {
  if (redis) return openRedis(redis)
  if (database) return openDatabase(database).catch(unreachableDatabase)
  throw new UsageError(
    'REDIS_URL is not set, and no DATABASE_URL of a PostgreSQL with FORAGE_SEAL_KEY_1. ' +
      'A memory store is inside its server process, and no command can reach it. ' +
      'Call forage.pool(name).rotate() or .compromise() in that process.',
  )
}

/** Opens the store in Redis. Rejects with `UsageError` without the package redis, `StoreUnreachable` if it is down. */
export async function openRedis(redis: NonNullable<Configuration['redis']>): Promise<OpenedRedis> {
  const client = await connect(redis.url)
  const store = redisStore(client, { keys: redis.keys, timeoutMs })
  const close = async (): Promise<void> => {
    await store.close?.()
    client.destroy()
  }
  return { store, client, [Symbol.asyncDispose]: close }
}

function unreachableDatabase(error: unknown): never {
  if (!(error instanceof PostgresStoreError)) throw error
  throw new StoreUnreachable(error.code, 'PostgreSQL of DATABASE_URL')
}

async function connect(url: string): Promise<RedisClientType> {
  const { createClient } = await loadClient()
  const socket = { connectTimeout: 3000, reconnectStrategy: false as const }
  const client = createClient({ url, socket, disableOfflineQueue: true }) as RedisClientType
  client.on('error', () => {})
  try {
    return await client.connect()
  } catch (error) {
    throw new StoreUnreachable(codeOf(error))
  }
}

async function loadClient(): Promise<typeof import('redis')> {
  try {
    return await import('redis')
  } catch {
    throw new UsageError('REDIS_URL needs the package "redis". Run npm install redis.')
  }
}

// An error reply of Redis begins with a word in capitals: WRONGPASS, NOAUTH.
function codeOf(error: unknown): string {
  const word = error instanceof Error ? /^[A-Z]{3,32}\b/.exec(error.message)?.[0] : undefined
  return errorCode(error) ?? word ?? 'no answer'
}
