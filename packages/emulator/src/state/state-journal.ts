/** A place where the state outlasts the process. It receives every change before the answer leaves. Rows are plain data. */
export interface StateJournal {
  /** Returns the rows of a table, when the emulator starts. */
  load(table: string): Iterable<readonly [key: string, row: unknown]>
  /** Records a row that is new or changed. */
  set(table: string, key: string, row: unknown): void
  /** Records that a row was deleted. */
  delete(table: string, key: string): void
  /** Records that every row of a table was deleted. */
  clear(table: string): void
}
