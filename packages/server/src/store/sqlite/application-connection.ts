import type { DatabaseSync } from 'node:sqlite'

import { createTable } from './sqlite-slots.ts'
import { closedError, isReadOnly } from './sqlite-store-error.ts'

// They belong to a connection, not to the file.
const limits = ['synchronous', 'max_page_count'] as const

/** Throws `SqliteStoreError` if the application closed its connection. */
export function assertOpen(database: DatabaseSync): void {
  try {
    // This also works in versions of Node.js without `isOpen`.
    database.exec('')
  } catch {
    throw closedError()
  }
}

/** Returns SQL that applies the limits of the application's connection. Empty while they cannot be read. */
export function limitsOf(database: DatabaseSync): string {
  try {
    return aside(database, () =>
      limits.map((name) => `PRAGMA ${name} = ${setting(database, name)}`).join('; '),
    )
  } catch {
    return ''
  }
}

/**
 * Throws SQLite's error if the application's connection is read-only: then the store does not write either. The caller has
 * the lock, so this changes nothing: a connection that may write gets `SQLITE_BUSY`.
 */
export function assertWritable(database: DatabaseSync, table: string): void {
  try {
    aside(database, () => database.exec(`${createTable(table)}; DELETE FROM "${table}" WHERE 0`))
  } catch (error) {
    if (isReadOnly(error)) throw error
  }
}

/**
 * Runs `work` on the application's connection. Throws if the application has a transaction open, because `work` would
 * prolong its locks, and if `work` would have to wait for a lock, because that would block the process.
 */
function aside<T>(database: DatabaseSync, work: () => T): T {
  const timeoutMs = setting(database, 'busy_timeout')
  database.exec('PRAGMA busy_timeout = 0')
  try {
    database.exec('BEGIN')
    try {
      return work()
    } finally {
      database.exec('ROLLBACK')
    }
  } finally {
    database.exec(`PRAGMA busy_timeout = ${timeoutMs}`)
  }
}

function setting(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}
