import { systemClock } from '../../shared/clock.ts'
import { isTimeout, withDeadline } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'
import { redisStore } from '../../store/redis/redis-store.ts'
import type { RedisSettings } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'
import { StoreUnreachable, type OpenedStore } from './opened-store.ts'
import { connectRedis, type ConnectedRedis, type RedisNode } from './redis-client.ts'

// A person at a terminal can wait, and a rotation should not stop midway because of one slow answer.
const timeoutMs = 5000

/** The Redis that the servers share. */
export interface OpenedRedis extends OpenedStore {
  /** Returns the servers that hold the slots. */
  nodes(): Promise<RedisNode[]>
}

/** Opens Redis. Rejects with `StoreUnreachable`, or with `UsageError` without the package `redis`. */
export async function openRedis({ address, keys }: RedisSettings): Promise<OpenedRedis> {
  const redis = await loadPackage()
  const { client, connect, close, nodes }: ConnectedRedis = connectRedis(redis, address)
  let last: unknown
  // The client of Sentinels names the reason only in its events, and tries without end.
  const note = (event: unknown): void => {
    const error = (event as { error?: unknown } | undefined)?.error ?? event
    if (error instanceof Error) last = error
  }
  client.on('error', note)
  client.on('client-error', note)
  try {
    await withDeadline(systemClock(), timeoutMs, undefined, connect)
  } catch (error) {
    await close()
    throw new StoreUnreachable(codeOf(error, last))
  }
  const store = redisStore(client, { keys, timeoutMs })
  return {
    store,
    nodes,
    async [Symbol.asyncDispose]() {
      await store.close?.()
      await close()
    },
  }
}

async function loadPackage(): Promise<typeof import('redis')> {
  try {
    return await import('redis')
  } catch {
    throw new UsageError('REDIS_URL needs the package "redis". Run npm install redis.')
  }
}

function codeOf(error: unknown, last: unknown): string {
  const reason = last ?? error
  if (reason instanceof Error && reason.message.includes('No such master')) return 'NO_SUCH_MASTER'
  // An error reply of Redis begins with a word in capitals: WRONGPASS, NOAUTH.
  const word = reason instanceof Error ? /^[A-Z]{3,32}\b/.exec(reason.message)?.[0] : undefined
  return errorCode(reason) ?? word ?? (isTimeout(error) ? 'TIMEOUT' : 'no answer')
}
