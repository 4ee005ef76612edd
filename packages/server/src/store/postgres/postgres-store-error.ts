import { isTimeout } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'
import { StoreError } from '../store-error.ts'

/**
 * An operation of the PostgreSQL store that failed. The error of `pg` is not attached, because it may hold a value or a
 * password.
 */
export class PostgresStoreError extends StoreError {
  override readonly name = 'PostgresStoreError'
  /**
   * The SQLSTATE (`42P01`, `25006`; `08006` for a lost connection), a code of the system (`ECONNREFUSED`), `TIMEOUT`,
   * `ENDED` (so is the pool), `SILENT` (no notification arrives), `UNREADABLE` (rows of another form), or `UNKNOWN`.
   */
  declare readonly code: string
}

/** Serializable isolation, or repeatable reads, refused a statement that another one overtook. */
export const serializationFailure = '40001'

const connectionLost = '08006'
const createIt = 'Call createTable() of the store once, or run the SQL in its documentation.'
const remedies: Readonly<Record<string, string>> = {
  '42P01': createIt,
  '3F000': `Create the schema. ${createIt}`,
  '42703': `The table has other columns. Name another one in \`table\`. ${createIt}`,
  '42501': 'Grant SELECT, INSERT and UPDATE on the table to the user of the pool.',
  '25006': 'Connect the pool to the primary, which is not read-only.',
  '53300': 'Let the pools of all instances open fewer connections than the database allows.',
}

/** Converts an error of `pg`, or of the deadline, into a `PostgresStoreError`. */
export function postgresStoreError(error: unknown, table: string): PostgresStoreError {
  if (error instanceof PostgresStoreError) return error
  const code = postgresCode(error)
  if (code === 'TIMEOUT') return new PostgresStoreError(code, 'PostgreSQL did not answer in time')
  if (!isSqlState(code)) return new PostgresStoreError(code, `PostgreSQL cannot be reached (${code})`)
  const remedy = remedies[code]
  const sentence = `PostgreSQL answered ${code} to a statement about the table ${table}`
  return new PostgresStoreError(code, remedy === undefined ? sentence : `${sentence}. ${remedy}`, remedy)
}

/** Returns the code that a `PostgresStoreError` has for this error. */
export function postgresCode(error: unknown): string {
  if (isTimeout(error)) return 'TIMEOUT'
  const code = errorCode(error)
  if (code !== undefined) return code
  // `pg` has no code for what happens on this side of the connection.
  const message = error instanceof Error ? error.message : ''
  if (/time(d )?out/i.test(message)) return 'TIMEOUT'
  if (/after calling end/.test(message)) return 'ENDED'
  return /connection (terminated|error)|not queryable/i.test(message) ? connectionLost : 'UNKNOWN'
}

/** Whether the connection broke, so that the same statement can succeed on another one. */
export function isConnectionLost(error: unknown): boolean {
  return /^(08|57P0[1-3]|ECONNRESET$|EPIPE$)/.test(postgresCode(error))
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code)
}
