import { totalsOf } from '../api/split.ts'
import type { OrderStore } from '../orders/order-store.ts'
import { isLive, isOpen, liveCents, withStatus, type OrderDocument } from '../orders/order.ts'
import type { CardProcessor } from '../processors/card-processor.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'
import type { OrderRefunds } from '../refunds/order-refunds.ts'

export interface OrderPaymentsContext {
  orders: OrderStore
  forage: ForagePayments
  cards: CardProcessor
  refunds: OrderRefunds
  now: () => number
}

/** Reads the status of open payments from Forage, then charges the card on file if all benefits are charged. */
export async function reconcile(context: OrderPaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  const { forage, orders } = context
  let current = order
  for (const { tender, ref, status } of order.payments.filter(isOpen)) {
    if (tender === 'card') continue
    const found = await forage.statusOf(ref)
    if (found !== status) current = orders.change(order.id, (latest) => withStatus(latest, ref, found))
  }
  return await chargeCard(context, current)
}

/** Charges the card on file last, so that a declined benefit costs the customer nothing. */
async function chargeCard(
  { cards, orders }: OrderPaymentsContext,
  order: OrderDocument,
): Promise<OrderDocument> {
  const live = order.payments.filter(isLive)
  const held = live.find(({ tender, status }) => tender === 'card' && status === 'open')
  const isLast = live.every((payment) => payment === held || payment.status === 'paid')
  if (!held || !isLast || liveCents(order) !== totalsOf(order.lines).totalCents) return order
  await cards.capture(held.ref)
  return orders.change(order.id, (latest) => withStatus(latest, held.ref, 'paid'))
}
