import type { RedisClientType } from 'redis'

import { errorCode } from '../../shared/safe-cause.ts'
import { replyCode } from '../../store/redis/redis-store-error.ts'
import { redisStore } from '../../store/redis/redis-store.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'

// A person at a terminal can wait, and a rotation should not stop midway because of one slow answer.
const timeoutMs = 5000

/** The store that the servers share, and the client that it uses. Disposing closes both. */
export interface OpenedStore extends AsyncDisposable {
  store: TokenStore
  client: RedisClientType
}

/** Redis cannot be reached, or refuses the connection. The error holds only a code: an address may hold a password. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
  readonly code: string
  constructor(code: string) {
    super(`The Redis of REDIS_URL cannot be used (${code}).`)
    this.code = code
  }
}

/** Opens the store that the servers share. Rejects with `UsageError` without REDIS_URL, `StoreUnreachable` if it is down. */
export async function openStore({ redis }: Configuration): Promise<OpenedStore> {
  if (!redis) {
    throw new UsageError(
      'REDIS_URL is not set. A memory store is inside its server process, and no command can reach it. ' +
        'Call forage.pool(name).rotate() or .compromise() in that process.',
    )
  }
  const client = await connect(redis.url)
  const store = redisStore(client, { keys: redis.keys, timeoutMs })
  const close = async (): Promise<void> => {
    await store.close?.()
    client.destroy()
  }
  return { store, client, [Symbol.asyncDispose]: close }
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

function codeOf(error: unknown): string {
  return replyCode(error) ?? errorCode(error) ?? 'no answer'
}
