/**
 * A token store in PostgreSQL, shared by all instances.
 *
 * @module @forage-session/server/postgres
 */

export {
  postgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
} from './store/postgres/postgres-store.ts'
export type { PostgresPool, PostgresPoolClient, PostgresQueries } from './store/postgres/postgres-pool.ts'
export { PostgresStoreError } from './store/postgres/postgres-store-error.ts'
export type { SealingKeys } from './store/sealing.ts'
