import type { DatabaseSync } from 'node:sqlite'

import { systemClock, type ServerClock } from '../../shared/clock.ts'
import { isTimeout, withDeadline } from '../../shared/deadline.ts'
import { assertKnownOptions } from '../../shared/known-options.ts'
import { received } from '../../shared/received.ts'
import { createSealer, type SealingKeys } from '../sealing.ts'
import type { TokenStore } from '../token-store.ts'
import { SqliteFile } from './sqlite-file.ts'
import { assertTableName, readSlot, swapSlot } from './sqlite-slots.ts'
import { isMomentary, sqliteStoreError } from './sqlite-store-error.ts'
import { SqliteWatch } from './sqlite-watch.ts'

/** Options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /** The keys that seal the tokens in the file, so that a copy or a backup of it holds no readable token. */
  keys: SealingKeys
  /** The table: up to 63 letters, digits and `_`. Default: `forage_token_slots`. */
  table?: string
  /** Deadline of one operation in ms, also while another connection has locked the file. Default: 500. */
  timeoutMs?: number
  /** The clock that measures deadlines and lifetimes. Default: the clock of the machine. */
  clock?: ServerClock
}

/** A store in a SQLite file. */
export interface SqliteStore extends TokenStore {
  /** Creates the table. Each write does the same if the table is missing. Safe to repeat, also concurrently. */
  createTable(): Promise<void>
}

const knownOptions = { keys: true, table: true, timeoutMs: true, clock: true } satisfies Record<
  keyof SqliteStoreOptions,
  true
>
const retryMs = 10
// An operation ends before the deadline of its caller, so that the caller learns SQLite's reason.
const leadMs = 25

/**
 * Creates a store that keeps slots in the file of a SQLite database, for all processes of one machine. You own the
 * database: close it after `forage.close()`. The store opens the file with separate connections, so its writes are never
 * part of your transactions, and a lock never blocks the process. Each operation resolves or rejects with
 * `SqliteStoreError` within `timeoutMs`. Throws `TypeError` for a value that is not a `DatabaseSync`, a database in memory
 * and invalid options, and `SqliteStoreError` for a closed database.
 *
 * @example
 * ```ts
 * import { DatabaseSync } from 'node:sqlite'
 *
 * import { createForageServer } from '@forage-session/server'
 * import { sqliteStore } from '@forage-session/server/sqlite'
 *
 * const database = new DatabaseSync('tokens.sqlite')
 *
 * const forage = createForageServer({
 *   environment: 'sandbox',
 *   credentials: { clientId: process.env.FORAGE_CLIENT_ID!, clientSecret: process.env.FORAGE_CLIENT_SECRET! },
 *   store: sqliteStore(database, { keys: { current: 'k1', k1: process.env.FORAGE_SEAL_KEY_1! } }),
 * })
 * ```
 */
export function sqliteStore(database: DatabaseSync, options: SqliteStoreOptions): SqliteStore {
  assertKnownOptions(options, knownOptions)
  const { keys, table = 'forage_token_slots', timeoutMs = 500, clock = systemClock() } = options ?? {}
  const sealer = createSealer(keys)
  assertTableName(table)
  assertTimeout(timeoutMs)
  const file = new SqliteFile(database, table)
  const watch = new SqliteWatch(file, clock)
  const run = <T>(attempt: () => T): Promise<T> =>
    untilUnlocked(clock, timeoutMs, attempt).catch((error: unknown) => {
      throw sqliteStoreError(error)
    })
  return {
    capabilities: { atomic: true },
    timeoutMs,
    createTable: () => run(() => file.write(() => {})),
    get: async (key) =>
      (await run(() => file.read((connection) => readSlot(connection, table, key, clock.now())))) ?? null,
    async cas(key, expected, value, { nextVersion, ttlMs }) {
      const result = await run(() => {
        const swap = { key, expected, value, nextVersion, expiresAt: Math.ceil(clock.now() + ttlMs) }
        return file.write((connection) => swapSlot(connection, table, swap, clock.now()))
      })
      if (result.ok) watch.changed(key, nextVersion)
      return result
    },
    // All processes of a machine have the same clock.
    now: async () => clock.now(),
    subscribe: async (listener) => watch.subscribe(listener),
    pushFailure: () => watch.failure,
    sealer,
    close: async () => watch.close(),
  }
}

function assertTimeout(ms: number): void {
  if (Number.isInteger(ms) && ms > 0) return
  throw new TypeError(`Option "timeoutMs" must be a positive integer, got ${received(ms)}`)
}

/** Repeats an attempt while another connection has the lock. It waits with a timer, so that the process is not blocked. */
async function untilUnlocked<T>(clock: ServerClock, timeoutMs: number, attempt: () => T): Promise<T> {
  let reason: unknown
  const attempts = async (signal: AbortSignal): Promise<T> => {
    while (!signal.aborted) {
      try {
        return attempt()
      } catch (error) {
        if (!isMomentary(error)) throw error
        reason = error
      }
      await new Promise<void>((resolve) => {
        clock.setTimeout(resolve, retryMs)
      })
    }
    throw reason
  }
  try {
    return await withDeadline(clock, Math.max(timeoutMs - leadMs, 1), undefined, attempts)
  } catch (error) {
    throw isTimeout(error) ? reason : error
  }
}
