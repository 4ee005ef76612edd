/** Where the state outlives the process: told of every change before the answer leaves. Rows are plain data. */
export interface StateJournal {
  load(table: string): Iterable<readonly [key: string, row: unknown]>
  set(table: string, key: string, row: unknown): void
  delete(table: string, key: string): void
  clear(table: string): void
}
