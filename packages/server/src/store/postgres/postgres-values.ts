import type { StoredValue, SwapOptions, SwapResult } from '../token-store.ts'
import type { RunStatement } from './postgres-pool.ts'
import { postgresCode, PostgresStoreError, serializationFailure } from './postgres-store-error.ts'
import { timeStatement, type PostgresStatements } from './postgres-table.ts'

export interface PostgresValuesOptions {
  run: RunStatement
  statements: PostgresStatements
  /** Time in ms that a statement may wait for a lock. */
  lockMs: number
}

/** The values in the table. Every operation rejects with the error of `pg` or the reason of its signal. */
export class PostgresValues {
  readonly #options: PostgresValuesOptions

  constructor(options: PostgresValuesOptions) {
    this.#options = options
  }

  async read(key: string, signal: AbortSignal): Promise<StoredValue | null> {
    const { run, statements } = this.#options
    for (;;) {
      const rows = await orOvertaken(run(statements.get, [key], signal))
      if (rows) return storedValue(rows[0])
    }
  }

  async swap(
    key: string,
    expected: string | null,
    value: string,
    { nextVersion, ttlMs }: SwapOptions,
    signal: AbortSignal,
  ): Promise<SwapResult> {
    const { run, statements, lockMs } = this.#options
    const written = [key, nextVersion, value, ttlMs, `${lockMs}ms`]
    for (;;) {
      const write =
        expected === null
          ? run(statements.insert, written, signal)
          : run(statements.update, [...written, expected], signal)
      if ((await orOvertaken(write))?.length === 1) return { ok: true }
      // A statement may not see the value that it lost to, so another one reads it.
      const current = await this.read(key, signal)
      if (current?.version === nextVersion) return { ok: true }
      // Serializable isolation can refuse a swap that lost to a change of another key.
      if ((current?.version ?? null) !== expected) return { ok: false, current }
    }
  }

  /** Returns the version of each value by key. */
  async versions(signal: AbortSignal): Promise<Map<string, string>> {
    const { run, statements } = this.#options
    for (;;) {
      const rows = (await orOvertaken(run(statements.versions, [], signal))) as StoredVersion[] | undefined
      if (rows) return new Map(rows.map(({ key, version }) => [key, version]))
    }
  }

  /** Returns the time of the database in ms. */
  async now(signal: AbortSignal): Promise<number> {
    const [row] = await this.#options.run(timeStatement, [], signal)
    return Number((row as { now: string }).now)
  }
}

interface StoredVersion {
  key: string
  version: string
}

/** Returns undefined instead of rows if the isolation level refused the statement. */
async function orOvertaken(rows: Promise<unknown[]>): Promise<unknown[] | undefined> {
  try {
    return await rows
  } catch (error) {
    if (postgresCode(error) === serializationFailure) return undefined
    throw error
  }
}

function storedValue(row: unknown): StoredValue | null {
  if (row === undefined) return null
  const { version, value } = row as Partial<StoredValue>
  if (typeof version === 'string' && typeof value === 'string') return { version, value }
  throw new PostgresStoreError('UNREADABLE', 'The pool must return rows as objects, and text as strings')
}
