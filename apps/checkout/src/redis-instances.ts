import { createHash } from 'node:crypto'

import type { ForageServerOptions } from '@forage-session/server'
import { redisStore } from '@forage-session/server/redis'
import { createClient } from 'redis'

import { StartError } from './start-error.ts'

export interface RedisInstances {
  instances: Pick<ForageServerOptions, 'store'>[]
  close(): void
}

/** `count` instances of the backend that share their authentication token in Redis, each over its own connection. */
export async function redisInstances(url: string, count: number, secret: string): Promise<RedisInstances> {
  const clients = await Promise.all(Array.from({ length: count }, () => connect(url)))
  // Whoever has the client secret could have the tokens anyway: what it seals is safe from those who read Redis.
  const keys = { current: 'demo', demo: createHash('sha256').update(secret).digest('base64') }
  return {
    instances: clients.map((client) => ({ store: redisStore(client, { keys }) })),
    close: () => {
      for (const client of clients) client.destroy()
    },
  }
}

type Client = ReturnType<typeof newClient>

const newClient = (url: string) => createClient({ url })

async function connect(url: string): Promise<Client> {
  const client = newClient(url)
  let isConnected = false
  // Later failures are the store's: it serves from memory, and the client connects again by itself.
  client.on('error', () => {
    if (!isConnected) client.destroy()
  })
  try {
    await client.connect()
    isConnected = true
    return client
  } catch (cause) {
    throw new StartError('Redis at REDIS_URL cannot be reached: start it, or unset REDIS_URL.', { cause })
  }
}
