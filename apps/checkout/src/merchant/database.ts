import { DatabaseSync } from 'node:sqlite'

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, customer TEXT NOT NULL, created_at INTEGER NOT NULL,
    version INTEGER NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_by_age ON orders (created_at DESC);
  CREATE TABLE IF NOT EXISTS order_payments (ref TEXT PRIMARY KEY, order_id TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS unfinished_orders (order_id TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS sign_ins (id TEXT PRIMARY KEY, account TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS cards (
    ref TEXT PRIMARY KEY, customer TEXT NOT NULL, last4 TEXT NOT NULL, saved_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS authorizations (
    id TEXT PRIMARY KEY, idempotency_key TEXT NOT NULL UNIQUE, cents INTEGER NOT NULL, status TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS card_refunds (
    idempotency_key TEXT PRIMARY KEY, authorization_id TEXT NOT NULL, cents INTEGER NOT NULL
  ) STRICT;
`

/** Opens the merchant's database, a file or `:memory:`. Several instances may use one file. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON')
  database.exec(schema)
  return database
}
