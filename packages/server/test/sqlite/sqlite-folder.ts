import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'

import { sqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../src/sqlite.ts'

export const keys = { current: 'test', test: Buffer.alloc(32, 7).toString('base64') }
export const journalModes = ['WAL', 'DELETE'] as const
export type JournalMode = (typeof journalModes)[number]

/**
 * Longer than any operation on an unlocked file, even on a busy machine, so that a slow disk is no outage in tests that
 * are not about time.
 */
export const patientMs = 20_000

/** A temporary folder with one database. Disposing closes its connections and deletes the folder. */
export class SqliteFolder implements Disposable, AsyncDisposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'forage-sqlite-'))
  readonly file: string = join(this.path, 'tokens.sqlite')
  readonly #closers: (() => unknown)[] = []

  /** Only the write-ahead log is a property of the file, which keeps it. */
  constructor(mode: JournalMode = 'WAL') {
    const database = new DatabaseSync(this.file)
    database.exec(`PRAGMA journal_mode = ${mode}`)
    database.close()
  }

  /** Opens the database as an application does. */
  open(options: DatabaseSyncOptions = {}): DatabaseSync {
    const database = new DatabaseSync(this.file, options)
    this.#closers.push(() => database.close())
    return database
  }

  /** Creates the store of one instance, with its own connection. */
  store(options: Partial<SqliteStoreOptions> = {}, database: DatabaseSync = this.open()): SqliteStore {
    const store = sqliteStore(database, { keys, timeoutMs: patientMs, ...options })
    this.#closers.push(() => store.close?.())
    return store
  }

  [Symbol.dispose](): void {
    for (const close of this.#closers.toReversed()) ignoringErrors(close)
    rmSync(this.path, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]()
  }
}

function ignoringErrors(close: () => unknown): void {
  try {
    close()
  } catch {
    // The test closed it.
  }
}
