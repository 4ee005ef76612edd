import { received } from '../../shared/received.ts'

/** The statements of a store, for one table. The first parameter is the key of the value. */
export interface PostgresStatements {
  /** The table as its SQL names it. */
  readonly table: string
  readonly create: string
  /** Returns `found`, whether the table exists. Unlike `create`, it needs no right to create. */
  readonly find: string
  readonly get: string
  /** Returns the key and the version of each value. It has no parameters. */
  readonly versions: string
  /** Parameters: key, next version, value, lifetime in ms, lock timeout. Returns a row if it wrote. */
  readonly insert: string
  /** Parameters: those of `insert`, expected version. Returns a row if it wrote. */
  readonly update: string
}

/** The channel that carries the key of each changed value. It is the same for all tables of a database. */
export const topic = 'forage_token_slots'

/** Returns the database's time in ms. A transaction that waited for a lock has an older `now()`. */
export const timeStatement = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS now'

/** Notifies a channel. Parameters: channel, payload. */
export const notifyStatement = 'SELECT pg_notify($1, $2)'

/**
 * Returns the statements for `name` or `schema.name`. Each one is a whole transaction, so a pooler may run the next one on
 * another connection. Throws `TypeError` for any other name.
 */
export function postgresStatements(name: string): PostgresStatements {
  const table = quotedTable(name)
  return {
    table,
    create: createStatement(table),
    find: `SELECT to_regclass('${table}') IS NOT NULL AS found`,
    get: `SELECT version, value FROM ${table} WHERE key = $1 AND expires_at > clock_timestamp()`,
    versions: `SELECT key, version FROM ${table}`,
    insert: swap(`
      INSERT INTO ${table} AS slot (key, version, value, expires_at)
      SELECT $1::text, $2::text, $3::text, ${expiry} FROM bounded
      ON CONFLICT (key) DO UPDATE
      SET version = excluded.version, value = excluded.value, expires_at = excluded.expires_at
      WHERE slot.version = excluded.version OR slot.expires_at <= clock_timestamp()`),
    update: swap(`
      UPDATE ${table} AS slot SET version = $2::text, value = $3::text, expires_at = ${expiry} FROM bounded
      WHERE slot.key = $1::text AND slot.version IN ($2::text, $6::text) AND slot.expires_at > clock_timestamp()`),
  }
}

function createStatement(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
  key text PRIMARY KEY,
  version text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL
)`
}

const expiry = `clock_timestamp() + $4::float8 * interval '1 millisecond'`

/**
 * Writes and notifies in one transaction. The caller gives up after its deadline, and PostgreSQL does not notice. Without
 * a lock timeout, a statement that waits for a lock could write minutes later.
 */
function swap(write: string): string {
  return `WITH bounded AS MATERIALIZED (SELECT set_config('lock_timeout', $5::text, true)), swapped AS (${write}
      RETURNING slot.key)
    SELECT pg_notify('${topic}', key) FROM swapped`
}

// At most 63 bytes, as PostgreSQL would silently cut the rest.
const identifier = /^[A-Za-z_][\w$-]{0,62}$/

function quotedTable(name: unknown): string {
  const parts = typeof name === 'string' ? name.split('.') : []
  if (parts.length > 0 && parts.length <= 2 && parts.every((part) => identifier.test(part)))
    return parts.map((part) => `"${part}"`).join('.')
  throw new TypeError(
    `Option "table" must be a name or schema.name of letters, digits, "_", "-" and "$", got ${received(name)}`,
  )
}
