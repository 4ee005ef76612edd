import type { StateJournal } from './state-journal.ts'

/** Rows of one kind by their key. A row is plain data and is never changed in place: `set` another one. */
export interface Table<Row> {
  readonly size: number
  get(key: string): Row | undefined
  has(key: string): boolean
  set(key: string, row: Row): void
  delete(key: string): boolean
  values(): IterableIterator<Row>
  clear(): void
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
