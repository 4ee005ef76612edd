import type { StateJournal } from './state-journal.ts'

/** The rows of one kind by their keys. A row is plain data and never changes in place: call `set` with a new row. */
export interface Table<Row> {
  readonly size: number
  get(key: string): Row | undefined
  has(key: string): boolean
  set(key: string, row: Row): void
  delete(key: string): boolean
  values(): IterableIterator<Row>
  clear(): void
}

/** The name of a table and the type of its rows. The resource that owns the rows defines it. */
export interface TableDefinition<Row> {
  /** The name under which a journal keeps the rows. */
  readonly name: string
  /** False for rows that must not leave the process. */
  readonly isJournaled: boolean
  /** Carries the type of the rows; never set. */
  readonly row?: Row
}

export function defineTable<Row>(name: string): TableDefinition<Row> {
  return { name, isJournaled: true }
}

/** Defines a table that no journal keeps: its rows are secrets. */
export function defineSecretTable<Row>(name: string): TableDefinition<Row> {
  return { name, isJournaled: false }
}

export function createTable<Row>(name: string, journal: StateJournal | undefined): Table<Row> {
  const rows = new Map<string, Row>(journal?.load(name) as Iterable<[string, Row]> | undefined)
  if (!journal) return rows
  return {
    get size() {
      return rows.size
    },
    get: (key) => rows.get(key),
    has: (key) => rows.has(key),
    set: (key, row) => {
      rows.set(key, row)
      journal.set(name, key, row)
    },
    delete: (key) => {
      journal.delete(name, key)
      return rows.delete(key)
    },
    values: () => rows.values(),
    clear: () => {
      rows.clear()
      journal.clear(name)
    },
  }
}
