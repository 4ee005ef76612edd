import type { Pool } from 'pg'

import { postgresCode } from '../../store/postgres/postgres-store-error.ts'
import { postgresStore } from '../../store/postgres/postgres-store.ts'
import type { DatabaseConfiguration } from '../configuration/database-url.ts'
import { UsageError } from '../outcome.ts'
import { StoreUnreachable, type OpenedStore } from './opened-store.ts'

// As for Redis: a person at a terminal can wait.
const timeoutMs = 5000

/** The PostgreSQL store that the servers share, and its pool. Disposing ends both. */
export interface OpenedDatabase extends OpenedStore {
  pool: Pool
}

/** Opens PostgreSQL. Rejects with `StoreUnreachable`, or with `UsageError` without the package `pg`. */
export async function openDatabase({ url, keys, table }: DatabaseConfiguration): Promise<OpenedDatabase> {
  const { Pool: PgPool } = await loadPg()
  const pool = new PgPool({ connectionString: url, connectionTimeoutMillis: 3000, max: 4 })
  const store = postgresStore(pool, { keys, timeoutMs, ...(table !== undefined && { table }) })
  const close = async (): Promise<void> => {
    await store.close?.()
    await pool.end()
  }
  try {
    await store.now!()
    return { store, pool, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw new StoreUnreachable(postgresCode(error), 'PostgreSQL of DATABASE_URL')
  }
}

async function loadPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch {
    throw new UsageError('DATABASE_URL needs the package "pg". Run npm install pg.')
  }
}
