import { systemClock, type ServerClock } from '../../shared/clock.ts'
import { withDeadline } from '../../shared/deadline.ts'
import { assertKnownOptions } from '../../shared/known-options.ts'
import { received } from '../../shared/received.ts'
import { RedisPush } from '../redis/redis-push.ts'
import { createSealer, type SealingKeys } from '../sealing.ts'
import type { TokenStore } from '../token-store.ts'
import type { ListeningClient } from './postgres-listener.ts'
import {
  postgresRunner,
  type PostgresPool,
  type PostgresQueries,
  type RunStatement,
} from './postgres-pool.ts'
import { postgresCode, postgresStoreError } from './postgres-store-error.ts'
import { listeningMs, PostgresSubscriber } from './postgres-subscriber.ts'
import { postgresStatements, topic, type PostgresStatements } from './postgres-table.ts'
import { PostgresValues } from './postgres-values.ts'

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /** The keys that seal the tokens in the table, so that a dump or a backup of it holds no readable token. */
  keys: SealingKeys
  /** The table, as `name` or `schema.name`. Case matters. Default: `forage_token_slots`. */
  table?: string
  /**
   * Whether to learn of changes through LISTEN, on one connection besides the pool's. With false, changes by other
   * instances are found by polling within 30 s: set it behind a pooler that drops notifications. Default: true.
   */
  listen?: boolean
  /** Deadline of one operation in ms, also while the pool has no connection. Default: 500. */
  timeoutMs?: number
  /** The clock that measures the deadline. Default: the clock of the platform. */
  clock?: ServerClock
}

/** A store in PostgreSQL. */
export interface PostgresStore extends TokenStore {
  /**
   * Creates the table if it does not exist. It may run again, and in several processes at once. Rejects with
   * `PostgresStoreError`. A user who may not create tables can run it if the table exists.
   */
  createTable(): Promise<void>
}

const knownOptions = {
  keys: true,
  table: true,
  listen: true,
  timeoutMs: true,
  clock: true,
} satisfies Record<keyof PostgresStoreOptions, true>

// Other sessions may use the catalog at the same time.
const creatingMs = 10_000

/**
 * Creates a store that keeps slots in a PostgreSQL table, for all instances that use it. You own the pool, and end it.
 * Each operation resolves or rejects with `PostgresStoreError` within `timeoutMs`. Throws `TypeError` for a value that
 * is not a pool, and for invalid keys or table names.
 *
 * @example
 * ```ts
 * import { createForageServer } from '@forage-session/server'
 * import { postgresStore } from '@forage-session/server/postgres'
 * import { Pool } from 'pg'
 *
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL! })
 * const store = postgresStore(pool, { keys: { current: 'k1', k1: process.env.FORAGE_SEAL_KEY_1! } })
 * await store.createTable()
 *
 * const forage = createForageServer({
 *   environment: 'sandbox',
 *   credentials: { clientId: process.env.FORAGE_CLIENT_ID!, clientSecret: process.env.FORAGE_CLIENT_SECRET! },
 *   store,
 * })
 * ```
 */
export function postgresStore(
  pool: PostgresPool | PostgresQueries,
  options: PostgresStoreOptions,
): PostgresStore {
  const run = postgresRunner(pool)
  assertKnownOptions(options, knownOptions)
  const { keys, table = 'forage_token_slots', listen = true } = options ?? {}
  const { timeoutMs = 500, clock = systemClock() } = options ?? {}
  const sealer = createSealer(keys)
  const statements = postgresStatements(table)
  assertListen(listen)
  assertTimeout(timeoutMs)
  const within = <T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(clock, ms, undefined, work).catch((error: unknown) => {
      throw postgresStoreError(error, statements.table)
    })
  const values = new PostgresValues({ run, statements, lockMs: timeoutMs })
  const changes = listen ? changesOf(pool, { run, clock, values }) : undefined
  return {
    capabilities: { atomic: true },
    timeoutMs,
    get: (key) => within(timeoutMs, (signal) => values.read(key, signal)),
    cas: (key, expected, value, swap) =>
      within(timeoutMs, (signal) => values.swap(key, expected, value, swap, signal)),
    now: () => within(timeoutMs, (signal) => values.now(signal)),
    sealer,
    createTable: () => within(creatingMs, (signal) => createTable(run, statements, signal)),
    ...(changes && {
      // The subscriber takes up to three times that long, and says why it failed.
      subscribe: (changed) => within(4 * listeningMs, (signal) => changes.push.subscribe(changed, signal)),
      pushFailure: changes.failure,
      close: async () => changes.push.close(),
    }),
  }
}

interface Changes {
  push: RedisPush
  failure: () => string | undefined
}

/** Returns undefined if the pool is not one of `pg`, whose clients can listen. */
function changesOf(
  pool: PostgresPool | PostgresQueries,
  { run, clock, values }: { run: RunStatement; clock: ServerClock; values: PostgresValues },
): Changes | undefined {
  const { Client, options } = pool as {
    Client?: new (options: unknown) => ListeningClient
    options?: unknown
  }
  if (typeof Client !== 'function' || options === undefined) return undefined
  let failure: string | undefined
  const subscriber = (): PostgresSubscriber =>
    new PostgresSubscriber({
      create: () => new Client(options),
      readVersions: (signal) => values.versions(signal),
      run,
      clock,
      hasEnded: () => (pool as { ending?: boolean }).ending === true,
      report: (code) => (failure = code),
    })
  return { push: new RedisPush(subscriber, topic), failure: () => failure }
}

function assertListen(listen: unknown): void {
  if (typeof listen === 'boolean') return
  throw new TypeError(`Option "listen" must be true or false, got ${received(listen)}`)
}

function assertTimeout(ms: number): void {
  if (Number.isInteger(ms) && ms > 0) return
  throw new TypeError(`Option "timeoutMs" must be a positive integer, got ${received(ms)}`)
}

// Two processes that create a table at the same time: one of them finds it half created.
const createdMeanwhile = new Set(['23505', '42P07', '42710', '40001'])

async function createTable(
  run: RunStatement,
  { create, find }: PostgresStatements,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // A user who may not create tables can still use one.
    const [row] = await run(find, [], signal)
    if ((row as { found: boolean }).found) return
    try {
      await run(create, [], signal)
      return
    } catch (error) {
      if (!createdMeanwhile.has(postgresCode(error))) throw error
    }
  }
}
