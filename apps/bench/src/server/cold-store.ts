import { DatabaseSync } from 'node:sqlite'

import type { TokenStore } from '@forage-session/server'
import { postgresStore } from '@forage-session/server/postgres'
import { redisStore } from '@forage-session/server/redis'
import { sqliteStore } from '@forage-session/server/sqlite'
import { Pool } from 'pg'
import { createClient } from 'redis'

/** The store that the processes of a fleet share. */
export type SharedStore = { redisPort: number } | { databaseUrl: string } | { sqliteFile: string }

const keys = { current: 'k1', k1: Buffer.alloc(32, 1).toString('base64') }
// Nineteen other processes start on the same machine, so a slow answer does not mean that the store is down.
const timeoutMs = 20_000

export async function openStore(shared: SharedStore): Promise<TokenStore> {
  if ('sqliteFile' in shared) return sqliteStore(new DatabaseSync(shared.sqliteFile), { keys, timeoutMs })
  if ('databaseUrl' in shared) {
    const store = postgresStore(new Pool({ connectionString: shared.databaseUrl }), { keys, timeoutMs })
    await store.createTable()
    return store
  }
  const client = createClient({ socket: { host: '127.0.0.1', port: shared.redisPort } })
  client.on('error', () => {})
  await client.connect()
  return redisStore(client, { keys, timeoutMs })
}
