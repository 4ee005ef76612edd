import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'

const headingId = (orderId: string): string => `order-${orderId}`

/** Returns the part of the order's id that staff and customers use. */
export function orderName({ id }: Pick<Order, 'id'>): string {
  return id.slice(0, 8)
}

export function OrderHeading({ order }: { order: Order }): ReactNode {
  return (
    <h2 id={headingId(order.id)} tabIndex={-1}>
      Order {orderName(order)}
    </h2>
  )
}

/** Moves the focus to the order, because the form or button that had it is gone. */
export function focusOrder(orderId: string): void {
  document.getElementById(headingId(orderId))?.focus()
}
