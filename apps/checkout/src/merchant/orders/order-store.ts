import type { DatabaseSync } from 'node:sqlite'

import { isMade, isUnfinished, type OrderDocument } from './order.ts'

export interface OrderStore {
  add(order: OrderDocument): void
  /** Returns the order if it belongs to this customer. */
  find(customer: string | undefined, id: string): OrderDocument | undefined
  /** Returns the latest orders of all customers, newest first. */
  list(limit: number): OrderDocument[]
  /** Returns the order of any customer, for staff. */
  get(id: string): OrderDocument | undefined
  /** Returns the orders with a payment to cancel or a refund to make. */
  unfinished(): OrderDocument[]
  /** Returns the id of the order that a payment belongs to, of any customer, for webhooks. */
  idOfPayment(ref: string): string | undefined
  /** Applies the transition to the latest version of the order. Throws if the order does not exist. */
  change(id: string, transition: (order: OrderDocument) => OrderDocument): OrderDocument
}

interface Row {
  version: number
  document: string
}

/**
 * Creates the store, with one document per order. Each change is a compare-and-swap, so that two instances or two
 * clicks never overwrite each other's changes.
 */
export function createOrderStore(database: DatabaseSync): OrderStore {
  const insert = database.prepare('INSERT INTO orders VALUES (?, ?, ?, 1, ?)')
  const select = database.prepare('SELECT version, document FROM orders WHERE id = ?')
  const newest = database.prepare('SELECT document FROM orders ORDER BY created_at DESC, id LIMIT ?')
  const swap = database.prepare(
    'UPDATE orders SET version = version + 1, document = ? WHERE id = ? AND version = ?',
  )
  const mark = database.prepare('INSERT OR IGNORE INTO unfinished_orders VALUES (?)')
  const unmark = database.prepare('DELETE FROM unfinished_orders WHERE order_id = ?')
  const marked = database.prepare(
    'SELECT document FROM orders JOIN unfinished_orders ON order_id = id ORDER BY created_at, id',
  )
  const link = database.prepare('INSERT OR IGNORE INTO order_payments VALUES (?, ?)')
  const linked = database.prepare('SELECT order_id FROM order_payments WHERE ref = ?')
  const read = (id: string): Row | undefined => select.get(id) as unknown as Row | undefined
  const get = (id: string): OrderDocument | undefined => {
    const row = read(id)
    return row && parse(row)
  }
  /** Stores the order and what is looked up by it, or nothing: another change was faster. */
  const swapped = (order: OrderDocument, version: number): boolean =>
    inTransaction(database, () => {
      if (swap.run(JSON.stringify(order), order.id, version).changes === 0) return false
      for (const { ref } of order.payments.filter(isMade)) link.run(ref, order.id)
      ;(isUnfinished(order) ? mark : unmark).run(order.id)
      return true
    })
  return {
    add(order) {
      insert.run(order.id, order.customer, order.createdAt, JSON.stringify(order))
    },
    find(customer, id) {
      const order = get(id)
      return order && order.customer === customer ? order : undefined
    },
    list: (limit) => (newest.all(limit) as unknown as Row[]).map(parse),
    get,
    unfinished: () => (marked.all() as unknown as Row[]).map(parse),
    idOfPayment: (ref) => (linked.get(ref) as { order_id: string } | undefined)?.order_id,
    change(id, transition) {
      for (;;) {
        const row = read(id)
        if (!row) throw new Error(`The order ${id} does not exist`)
        const before = parse(row)
        const after = transition(before)
        if (after === before || swapped(after, row.version)) return after
      }
    },
  }
}

function parse({ document }: Pick<Row, 'document'>): OrderDocument {
  return JSON.parse(document) as OrderDocument
}

/** The statements take effect together, also if the process ends in the middle. */
function inTransaction<T>(database: DatabaseSync, run: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = run()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
