/** Where the state outlives the process: told of every change before the answer leaves. Rows are plain data. */
export interface StateJournal {
  /** The rows of a table, when the emulator starts. */
  load(table: string): Iterable<readonly [key: string, row: unknown]>
  /** A row is new, or another than before. */
  set(table: string, key: string, row: unknown): void
  /** A row is gone. */
  delete(table: string, key: string): void
  /** Every row of a table is gone. */
  clear(table: string): void
}
