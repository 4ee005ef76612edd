import { hashedCustomer } from '../accounts/accounts.ts'
import type { Order } from '../api/shop-api.ts'
import { totalsOf } from '../api/split.ts'
import { isLive, statusOf, type OrderDocument } from './order.ts'

/** Returns the order for the browser, without canceled payments. */
export function orderView(order: OrderDocument): Order {
  const { id, customer, createdAt, fulfilment, lines, card, payments } = order
  return {
    id,
    customerId: hashedCustomer(customer),
    createdAt,
    fulfilment,
    lines: [...lines],
    ...totalsOf(lines),
    card,
    payments: payments.filter(isLive),
    ranOut: payments.filter(({ status }) => status === 'expired').map(({ ref }) => ref),
    status: statusOf(order),
  }
}
