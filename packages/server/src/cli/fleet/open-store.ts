import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'
import { openRedis } from './opened-redis.ts'
import type { OpenedStore } from './opened-store.ts'

/** Opens the store that the servers share. Rejects with `UsageError` without one, `StoreUnreachable` if it is down. */
export async function openStore({ redis }: Configuration): Promise<OpenedStore> {
  if (redis) return openRedis(redis)
  throw new UsageError(
    'REDIS_URL is not set. A memory store is inside its server process, and no command can reach it. ' +
      'Call forage.pool(name).rotate() or .compromise() in that process.',
  )
}
