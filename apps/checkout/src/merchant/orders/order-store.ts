import type { DatabaseSync } from 'node:sqlite'

import type { OrderDocument } from './order.ts'

export interface OrderStore {
  add(order: OrderDocument): void
  /** Returns the order if it belongs to this customer. */
  find(customer: string | undefined, id: string): OrderDocument | undefined
  /** Returns the latest orders of all customers, newest first. */
  list(limit: number): OrderDocument[]
  /** Returns the order of any customer, for staff. */
  get(id: string): OrderDocument | undefined
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
  const link = database.prepare('INSERT OR IGNORE INTO order_payments VALUES (?, ?)')
  const linked = database.prepare('SELECT order_id FROM order_payments WHERE ref = ?')
  const read = (id: string): Row | undefined => select.get(id) as unknown as Row | undefined
  const get = (id: string): OrderDocument | undefined => {
    const row = read(id)
    return row && parse(row)
  }
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
    idOfPayment: (ref) => (linked.get(ref) as { order_id: string } | undefined)?.order_id,
    change(id, transition) {
      for (;;) {
        const row = read(id)
        if (!row) throw new Error(`The order ${id} does not exist`)
        const before = parse(row)
        const after = transition(before)
        for (const { ref } of after.payments.slice(before.payments.length)) link.run(ref, id)
        if (after === before || swap.run(JSON.stringify(after), id, row.version).changes === 1) return after
      }
    },
  }
}

function parse({ document }: Pick<Row, 'document'>): OrderDocument {
  return JSON.parse(document) as OrderDocument
}
