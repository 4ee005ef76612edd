import type { Random } from '../random.ts'
import type { Table } from './table.ts'

/**
 * "10-character lowercase hex strings" (docs.joinforage.app/reference/payments), and not one that is taken: among a
 * million of them two would be the same.
 */
export function newRef(random: Random, table: Table<unknown>): string {
  for (;;) {
    const ref = random.hex(10)
    if (!table.has(ref)) return ref
  }
}
