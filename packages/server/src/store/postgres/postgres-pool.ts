import { untilAborted } from '../../shared/deadline.ts'
import { received } from '../../shared/received.ts'
import { isConnectionLost, postgresCode, serializationFailure } from './postgres-store-error.ts'

/** An object that runs a statement with parameters `$1`, `$2` and returns its rows. */
export interface PostgresQueries {
  /** Runs one statement. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** A connection that a pool lends. */
export interface PostgresPoolClient extends PostgresQueries {
  /** Returns the connection to the pool. With `true`, the pool closes it. */
  release(destroy?: boolean): void
}

/** A `Pool` of `pg`. */
export interface PostgresPool {
  /** Lends a connection. */
  connect(): Promise<PostgresPoolClient>
}

/** Runs one statement and returns its rows. A statement whose signal aborts is not sent later. */
export type RunStatement = (text: string, values: unknown[], signal: AbortSignal) => Promise<unknown[]>

// After a failover, every connection in the pool may be lost.
const maxAttempts = 3

/** Returns a function that runs statements in the pool. Throws `TypeError` for any other value. */
export function postgresRunner(pool: PostgresPool | PostgresQueries): RunStatement {
  const { connect, query, escapeIdentifier } = (pool ?? {}) as Partial<
    Record<'connect' | 'query' | 'escapeIdentifier', unknown>
  >
  // A client has this method, and a pool does not.
  const isClient = typeof escapeIdentifier === 'function'
  if (typeof connect === 'function' && !isClient) {
    ignoreErrorsOf(pool)
    return (...statement) => runOnConnection(pool as PostgresPool, ...statement)
  }
  if (typeof query === 'function' && !isClient) {
    const queries = pool as PostgresQueries
    return async (text, values, signal) => {
      signal.throwIfAborted()
      return (await queries.query(text, values)).rows
    }
  }
  throw new TypeError(
    `"pool" must be a Pool of pg, or have the method "query", got ${isClient ? 'a Client: it does not reconnect' : received(pool)}`,
  )
}

/** A change is idempotent, so it is sent again if its connection was lost. */
async function runOnConnection(
  pool: PostgresPool,
  text: string,
  values: unknown[],
  signal: AbortSignal,
): Promise<unknown[]> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect()
    try {
      return await lend(client, text, values, signal)
    } catch (error) {
      if (attempt === maxAttempts || signal.aborted || !isConnectionLost(error)) throw error
    }
  }
}

/** A connection that failed is closed: it may be in use still, lost, or on a server that is no longer the primary. */
async function lend(
  client: PostgresPoolClient,
  text: string,
  values: unknown[],
  signal: AbortSignal,
): Promise<unknown[]> {
  let isUsable = true
  const emitter = client as Emitter
  // While it is lent, a connection emits `error` itself.
  emitter.on?.('error', ignore)
  try {
    // The pool may lend a connection long after the caller gave up.
    signal.throwIfAborted()
    isUsable = false
    const { rows } = await untilAborted(client.query(text, values), signal)
    isUsable = true
    return rows
  } catch (error) {
    isUsable ||= postgresCode(error) === serializationFailure
    throw error
  } finally {
    client.release(!isUsable)
    emitter.off?.('error', ignore)
  }
}

/** The part of an `EventEmitter` that a pool of `pg` and its connections share. */
interface Emitter {
  on?(event: 'error', listener: () => void): unknown
  off?(event: 'error', listener: () => void): unknown
}

const ignore = (): void => {}
const quietPools = new WeakSet<object>()

/** The pool emits `error` for each idle connection that the database closes. Without a listener, that ends the process. */
function ignoreErrorsOf(pool: object): void {
  if (!quietPools.has(pool)) (pool as Emitter).on?.('error', ignore)
  quietPools.add(pool)
}
