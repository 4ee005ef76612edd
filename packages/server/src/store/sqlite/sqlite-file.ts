import type { BigIntStats } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

import { received } from '../../shared/received.ts'
import { assertOpen, assertWritable, limitsOf } from './application-connection.ts'
import { createTable } from './sqlite-slots.ts'

/**
 * The file of the application's database. Each operation opens it with a separate connection. So the slot is never part
 * of a transaction of the application, and a file that was deleted, replaced or emptied is a file without the slot: a
 * connection that stays open would use the deleted file, or what it remembers of the emptied one.
 */
export class SqliteFile {
  readonly table: string
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #permissions: number
  /** The file that the application opened. */
  readonly #first: string | undefined

  /** Throws `TypeError` for a value without a file, and `SqliteStoreError` for a closed database. */
  constructor(database: DatabaseSync, table: string) {
    this.table = table
    this.#database = database
    this.#path = pathOf(database)
    const stats = this.#stats()
    this.#permissions = stats ? Number(stats.mode) & 0o777 : 0o600
    this.#first = inode(stats)
  }

  /** Throws `SqliteStoreError` if the application closed the database. */
  assertOpen(): void {
    assertOpen(this.#database)
  }

  /** Identifies the file at the path. Undefined if there is no file, or an empty one. */
  identity(): string | undefined {
    const stats = this.#stats()
    return stats && stats.size > 0n ? inode(stats) : undefined
  }

  /** Opens a connection that waits for no lock. Its caller closes it. If there is no file, it is created. */
  open(): DatabaseSync {
    this.assertOpen()
    this.#create()
    return new (sqlite().DatabaseSync)(this.#path)
  }

  /** Runs `work` and returns its result. Returns undefined if there is no file, or an empty one. */
  read<T>(work: (connection: DatabaseSync) => T): T | undefined {
    this.assertOpen()
    return this.identity() === undefined ? undefined : withConnection(this.open(), work)
  }

  /** Runs `work` in a write transaction, in which the table exists. */
  write<T>(work: (connection: DatabaseSync) => T): T {
    return withConnection(this.open(), (connection) => {
      const application = this.#application()
      if (application) connection.exec(limitsOf(application))
      connection.exec(`BEGIN IMMEDIATE; ${createTable(this.table)}`)
      if (application) assertWritable(application, this.table)
      const result = work(connection)
      connection.exec('COMMIT')
      return result
    })
  }

  /**
   * Returns the application's connection, unless the file was deleted or replaced: then that connection would take the
   * journal of the new file for its own, and delete it.
   */
  #application(): DatabaseSync | undefined {
    return inode(this.#stats()) === this.#first ? this.#database : undefined
  }

  #stats(): BigIntStats | undefined {
    return fileSystem().statSync(this.#path, { bigint: true, throwIfNoEntry: false })
  }

  /**
   * Creates a deleted file again, with its former permissions: with SQLite's own, everyone on the machine could read it.
   * SQLite would take the log and the index of the deleted file for those of the new one.
   */
  #create(): void {
    const { openSync, closeSync, rmSync } = fileSystem()
    try {
      closeSync(openSync(this.#path, 'wx', this.#permissions))
      for (const suffix of ['-wal', '-shm']) rmSync(`${this.#path}${suffix}`, { force: true })
    } catch {
      // The file exists, or SQLite says why it cannot be created.
    }
  }
}

// Loaded on demand, so that any runtime can load this module.
const fileSystem = (): typeof import('node:fs') => process.getBuiltinModule('node:fs')
const sqlite = (): typeof import('node:sqlite') => process.getBuiltinModule('node:sqlite')

function inode(stats: BigIntStats | undefined): string | undefined {
  return stats && `${stats.dev}:${stats.ino}`
}

function pathOf(database: DatabaseSync): string {
  if (!(database instanceof sqlite().DatabaseSync))
    throw new TypeError(`"database" must be a DatabaseSync of node:sqlite, got ${received(database)}`)
  assertOpen(database)
  const files = database.prepare('PRAGMA database_list').all()
  const path = files.find(({ name }) => name === 'main')?.['file']
  if (typeof path === 'string' && path !== '') return path
  throw new TypeError(
    '"database" must be a file: other processes cannot see a database in memory, so each would mint its own ' +
      'tokens. For one process, use memoryStore({ singleInstance: true })',
  )
}

function withConnection<T>(connection: DatabaseSync, work: (connection: DatabaseSync) => T): T {
  try {
    return work(connection)
  } finally {
    // Also rolls back.
    connection.close()
  }
}
