import type { DatabaseSync } from 'node:sqlite'

import { unref, type ServerClock } from '../../shared/clock.ts'
import type { SqliteFile } from './sqlite-file.ts'
import { slotVersions } from './sqlite-slots.ts'
import { isMomentary, sqliteStoreError } from './sqlite-store-error.ts'

const pollMs = 100

/** Finds the changes of other connections while a listener exists, by polling the data version of the file. */
export class SqliteWatch {
  readonly #file: SqliteFile
  readonly #clock: ServerClock
  readonly #listeners = new Set<(key: string) => void>()
  #versions: Map<string, string> = new Map()
  #opened: { connection: DatabaseSync; identity: string; dataVersion?: unknown } | undefined
  #failure: string | undefined
  #timer: unknown

  constructor(file: SqliteFile, clock: ServerClock) {
    this.#file = file
    this.#clock = clock
  }

  /** The code of the last poll if it failed, other than by a lock, and changes are not found. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Adds a listener and returns the function that removes it. */
  subscribe(listener: (key: string) => void): () => void {
    if (this.#listeners.size === 0) this.#start()
    const entry = (key: string): void => listener(key)
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
      if (this.#listeners.size === 0) this.close()
    }
  }

  /** Notifies the listeners of a change by this store, which the next poll then ignores. */
  changed(key: string, version: string): void {
    this.#versions.set(key, version)
    for (const listener of this.#listeners) listener(key)
  }

  close(): void {
    this.#listeners.clear()
    this.#clock.clearTimeout(this.#timer)
    this.#failure = undefined
    this.#closeConnection()
  }

  #start(): void {
    // Before there is a listener: only later changes are news.
    this.#versions = new Map()
    this.#look()
    this.#poll()
  }

  #poll(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#look()
      this.#poll()
    }, pollMs)
    unref(this.#timer)
  }

  #look(): void {
    const versions = this.#newVersions()
    if (!versions) return
    const keys = new Set([...this.#versions.keys(), ...versions.keys()])
    const changed = [...keys].filter((key) => this.#versions.get(key) !== versions.get(key))
    this.#versions = versions
    for (const key of changed) for (const listener of this.#listeners) listener(key)
  }

  /** Returns the versions of all values, or undefined if they did not change or cannot be read now. */
  #newVersions(): Map<string, string> | undefined {
    try {
      const versions = this.#read()
      this.#failure = undefined
      return versions
    } catch (error) {
      // The next poll tries again.
      this.#closeConnection()
      this.#failure = isMomentary(error) ? undefined : sqliteStoreError(error).code
      return undefined
    }
  }

  #read(): Map<string, string> | undefined {
    this.#file.assertOpen()
    const identity = this.#file.identity()
    if (identity !== this.#opened?.identity) this.#closeConnection()
    if (identity === undefined) return new Map()
    this.#opened ??= { connection: this.#file.open(), identity }
    const { connection, dataVersion } = this.#opened
    const now = connection.prepare('PRAGMA data_version').get()?.['data_version']
    if (now === dataVersion) return undefined
    const versions = slotVersions(connection, this.#file.table)
    this.#opened.dataVersion = now
    return versions
  }

  #closeConnection(): void {
    this.#opened?.connection.close()
    this.#opened = undefined
  }
}
