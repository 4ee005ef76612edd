import type { Random } from '../shared/random.ts'
import type { Table } from './table.ts'

/**
 * Returns a ref that the table does not use yet: among a million random ones, two would be equal. Refs are
 * "10-character lowercase hex strings" (docs.joinforage.app/reference/payments).
 */
export function newRef(random: Random, table: Table<unknown>): string {
  for (;;) {
    const ref = random.hex(10)
    if (!table.has(ref)) return ref
  }
}
