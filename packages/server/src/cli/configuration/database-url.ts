import { postgresStatements } from '../../store/postgres/postgres-table.ts'
import type { SealingKeys } from '../../store/sealing.ts'
import { createSealer } from '../../store/sealing.ts'
import { variable, type Variables } from './environment-variables.ts'

/** The PostgreSQL store that the servers share. */
export interface DatabaseConfiguration {
  url: string
  keys: SealingKeys
  table: string | undefined
}

/**
 * Returns the address of a PostgreSQL in which the servers can keep tokens. Many applications have a DATABASE_URL for
 * other purposes: it counts only without a REDIS_URL, and only if it names a PostgreSQL.
 */
export function databaseUrl(env: Variables): string | undefined {
  const url = variable(env, 'DATABASE_URL')
  const isPostgres = /^postgres(ql)?:$/.test(URL.parse(url ?? '')?.protocol ?? '')
  return isPostgres && variable(env, 'REDIS_URL') === undefined ? url : undefined
}

/** Whether a sealing key is set: servers with a memory store set no key. */
export function hasSealingKey(env: Variables): boolean {
  return Object.keys(env).some(
    (name) => /^FORAGE_SEAL_KEY_\d+$/.test(name) && variable(env, name) !== undefined,
  )
}

/** Throws `TypeError` for invalid keys and table names. */
export function readDatabase(
  env: Variables,
  readKeys: (env: Variables) => SealingKeys,
): DatabaseConfiguration | undefined {
  const url = databaseUrl(env)
  if (url === undefined || !hasSealingKey(env)) return undefined
  const keys = readKeys(env)
  createSealer(keys)
  const table = variable(env, 'FORAGE_TOKEN_TABLE')
  if (table !== undefined) postgresStatements(table)
  return { url, keys, table }
}
