import type { Pool, PoolConfig } from 'pg'

import { postgresStore, type PostgresStore, type PostgresStoreOptions } from '../../src/postgres.ts'
import type { PostgresServer } from './postgres-server.ts'

export const keys = { current: 'test', test: Buffer.alloc(32, 7).toString('base64') }

/**
 * Longer than any operation of a running PostgreSQL, even on a busy machine, so that a slow answer is no outage in tests
 * that are not about time.
 */
export const patientMs = 20_000

export type PoolOptions = PoolConfig

/** Creates a store with its own pool and its table. Closing the store ends the pool. */
export async function connectedStore(
  server: PostgresServer,
  poolOptions: PoolOptions = {},
  options: Partial<PostgresStoreOptions> = {},
): Promise<PostgresStore & { pool: Pool }> {
  const pool = server.pool(poolOptions)
  const store = postgresStore(pool, { keys, timeoutMs: patientMs, ...options })
  const [schema, name] = (options.table ?? '').split('.')
  if (name !== undefined) await pool.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
  await store.createTable()
  return {
    ...store,
    pool,
    async close() {
      await store.close?.()
      await pool.end()
    },
  }
}
