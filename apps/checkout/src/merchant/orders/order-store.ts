import type { DatabaseSync } from 'node:sqlite'

import type { OrderDocument } from './order.ts'

export interface OrderStore {
  add(order: OrderDocument): void
  /** Only the customer's own: somebody else's is as unknown as none. */
  find(customer: string | undefined, id: string): OrderDocument | undefined
  /** For the merchant, newest first. */
  list(limit: number): OrderDocument[]
  /** By the merchant, or by a webhook. */
  get(id: string): OrderDocument | undefined
  /** Applies a transition to whatever the order is by then. Throws if there is none of that id. */
  change(id: string, transition: (order: OrderDocument) => OrderDocument): OrderDocument
}

interface Row {
  version: number
  document: string
}

/** One document an order, changed by compare-and-swap: two instances, or two clicks, lose nothing of each other's. */
export function createOrderStore(database: DatabaseSync): OrderStore {
  const insert = database.prepare('INSERT INTO orders VALUES (?, ?, ?, 1, ?)')
  const select = database.prepare('SELECT version, document FROM orders WHERE id = ?')
  const newest = database.prepare('SELECT document FROM orders ORDER BY created_at DESC, id LIMIT ?')
  const swap = database.prepare(
    'UPDATE orders SET version = version + 1, document = ? WHERE id = ? AND version = ?',
  )
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
    change(id, transition) {
      for (;;) {
        const row = read(id)
        if (!row) throw new Error(`There is no order ${id}`)
        const before = parse(row)
        const after = transition(before)
        if (after === before || swap.run(JSON.stringify(after), id, row.version).changes === 1) return after
      }
    },
  }
}

function parse({ document }: Pick<Row, 'document'>): OrderDocument {
  return JSON.parse(document) as OrderDocument
}
