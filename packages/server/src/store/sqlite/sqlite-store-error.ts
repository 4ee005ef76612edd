import { errorCode } from '../../shared/safe-cause.ts'
import { StoreError } from '../store-error.ts'

/**
 * An operation of the SQLite store that failed. SQLite's own error is not attached, because its message may contain a
 * value. `code` is SQLite's name of the error (`SQLITE_BUSY`, `SQLITE_READONLY`, `SQLITE_FULL`, `SQLITE_CORRUPT`), `CLOSED`
 * if the application closed the database, a code of the system, or `UNKNOWN`.
 */
export class SqliteStoreError extends StoreError {
  override readonly name = 'SqliteStoreError'
}

// Further codes of SQLite are about statements and values that the store does not have.
const names: Readonly<Record<number, string>> = {
  1: 'SQLITE_ERROR',
  2: 'SQLITE_INTERNAL',
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  17: 'SQLITE_SCHEMA',
  18: 'SQLITE_TOOBIG',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  22: 'SQLITE_NOLFS',
  23: 'SQLITE_AUTH',
  26: 'SQLITE_NOTADB',
}
const restore =
  'Restore the file from a backup. If it holds only tokens, delete it: the next write creates it again.'
const remedies: Readonly<Record<string, string>> = {
  SQLITE_ERROR: 'Name another table in `table`: the existing one has other columns.',
  SQLITE_BUSY: 'End the transaction that another connection to the file keeps open.',
  SQLITE_READONLY: 'Open the database for writing, and let this user write to the file and its folder.',
  SQLITE_FULL: 'Make room on the disk, or raise `max_page_count` of the connection.',
  SQLITE_CANTOPEN: "Create the file's folder, and let this user write to it.",
  SQLITE_CORRUPT: restore,
  SQLITE_NOTADB: restore,
}
const readOnly = 8
const locked = new Set(['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL'])
// SQLITE_READONLY_DBMOVED and SQLITE_IOERR_DELETE_NOENT: the file or its journal was deleted during the operation.
const deletedMeanwhile = new Set([1032, 5898])

/** Converts an error of `node:sqlite` into a `SqliteStoreError`. */
export function sqliteStoreError(error: unknown): SqliteStoreError {
  if (error instanceof SqliteStoreError) return error
  const code = sqliteCode(error) ?? errorCode(error) ?? 'UNKNOWN'
  if (code === 'ERR_INVALID_STATE') return closedError()
  return new SqliteStoreError(code, `SQLite could not use the file (${code})`, remedies[code])
}

/** Returns the error for a database that the application closed. */
export function closedError(): SqliteStoreError {
  return new SqliteStoreError(
    'CLOSED',
    'The database of the store is closed',
    'Close the database only after `forage.close()`.',
  )
}

/** Returns whether the same operation may succeed a moment later. */
export function isMomentary(error: unknown): boolean {
  return locked.has(sqliteCode(error) ?? '') || deletedMeanwhile.has(extendedCode(error) ?? 0)
}

/** Returns whether the connection may not write. */
export function isReadOnly(error: unknown): boolean {
  return extendedCode(error) === readOnly
}

function sqliteCode(error: unknown): string | undefined {
  const extended = extendedCode(error)
  // The lowest byte of an extended code is the code.
  return extended === undefined ? undefined : (names[extended & 0xff] ?? `SQLITE_${extended}`)
}

function extendedCode(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode : undefined
}
