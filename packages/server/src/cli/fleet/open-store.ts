import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'
import { openDatabase } from './opened-database.ts'
import { openRedis } from './opened-redis.ts'
import type { OpenedStore } from './opened-store.ts'

/** Opens the store that the servers share. Rejects with `UsageError` without one, `StoreUnreachable` if it is down. */
export async function openStore({ redis, database }: Configuration): Promise<OpenedStore> {
  if (redis) return openRedis(redis)
  if (database) return openDatabase(database)
  throw new UsageError(
    'REDIS_URL is not set, and no DATABASE_URL of a PostgreSQL with FORAGE_SEAL_KEY_1. ' +
      'A memory store is inside its server process, and no command can reach it. ' +
      'Call forage.pool(name).rotate() or .compromise() in that process.',
  )
}
