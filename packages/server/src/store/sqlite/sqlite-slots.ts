import type { DatabaseSync } from 'node:sqlite'

import { received } from '../../shared/received.ts'
import type { StoredValue, SwapResult } from '../token-store.ts'

/** A swap of one value. */
export interface SlotSwap {
  key: string
  expected: string | null
  value: string
  nextVersion: string
  /** When the value expires, in ms since the epoch. */
  expiresAt: number
}

/** Throws `TypeError` unless `table` is a name that needs no escape in SQL. */
export function assertTableName(table: string): void {
  if (typeof table === 'string' && /^(?!sqlite_)[a-z_]\w{0,62}$/i.test(table)) return
  throw new TypeError(
    `Option "table" must be a name of up to 63 letters, digits and _ that does not start with "sqlite_", got ${received(table)}`,
  )
}

/** The SQL that creates the table, also in a database that has it. */
export function createTable(table: string): string {
  return `CREATE TABLE IF NOT EXISTS "${table}" (
    key TEXT PRIMARY KEY, version TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT`
}

/** Returns the value of a key, or null if no value is stored or the value has expired. */
export function readSlot(
  connection: DatabaseSync,
  table: string,
  key: string,
  now: number,
): StoredValue | null {
  if (!hasTable(connection, table)) return null
  const select = connection.prepare(`SELECT version, value FROM "${table}" WHERE key = ? AND expires_at > ?`)
  const row = select.get(key, now)
  return row ? { version: String(row['version']), value: String(row['value']) } : null
}

/** Writes a value if the stored version is the expected one. Runs in a write transaction, so that this is one step. */
export function swapSlot(connection: DatabaseSync, table: string, swap: SlotSwap, now: number): SwapResult {
  const { key, expected, value, nextVersion, expiresAt } = swap
  const current = readSlot(connection, table, key, now)
  if (current?.version === nextVersion) return { ok: true }
  if ((current?.version ?? null) !== expected) return { ok: false, current }
  connection.prepare(`DELETE FROM "${table}" WHERE expires_at <= ?`).run(now)
  connection
    .prepare(`INSERT OR REPLACE INTO "${table}" (key, version, value, expires_at) VALUES (?, ?, ?, ?)`)
    .run(key, nextVersion, value, expiresAt)
  return { ok: true }
}

/** Returns the version of each stored value. */
export function slotVersions(connection: DatabaseSync, table: string): Map<string, string> {
  if (!hasTable(connection, table)) return new Map()
  const rows = connection.prepare(`SELECT key, version FROM "${table}"`).all()
  return new Map(rows.map(({ key, version }) => [String(key), String(version)]))
}

function hasTable(connection: DatabaseSync, table: string): boolean {
  // Names of tables are not case-sensitive.
  const select = connection.prepare('SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE')
  return select.get(table) !== undefined
}
