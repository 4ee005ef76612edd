/**
 * A token store in a SQLite file, shared by all processes of one machine. Needs Node.js 22.13 or newer.
 *
 * @module @forage-session/server/sqlite
 */

export { sqliteStore, type SqliteStore, type SqliteStoreOptions } from './store/sqlite/sqlite-store.ts'
export { SqliteStoreError } from './store/sqlite/sqlite-store-error.ts'
export type { SealingKeys } from './store/sealing.ts'
