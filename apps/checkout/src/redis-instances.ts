import type { ForageServerOptions } from '@forage-session/server'
import { redisStore } from '@forage-session/server/redis'
import { createClient } from 'redis'

import { sealingKeys } from './sealing-keys.ts'
import { StartError } from './start-error.ts'

export interface RedisInstances {
  instances: Pick<ForageServerOptions, 'store'>[]
  close(): void
}

/** Creates `count` backend instances that share their authentication token in Redis, each over its own connection. */
export async function redisInstances(
  url: string,
  count: number,
  clientSecret: string,
): Promise<RedisInstances> {
  const clients = await Promise.all(Array.from({ length: count }, () => connect(url)))
  const keys = sealingKeys(clientSecret)
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
  // After this, the store handles failures: it serves from memory while the client reconnects automatically.
  client.on('error', () => {
    if (!isConnected) client.destroy()
  })
  try {
    await client.connect()
    isConnected = true
    return client
  } catch (cause) {
    throw new StartError('Cannot reach Redis at REDIS_URL: start Redis, or unset REDIS_URL.', { cause })
  }
}
