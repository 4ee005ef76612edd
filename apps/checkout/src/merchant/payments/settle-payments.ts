import { withStatus } from '../orders/order-changes.ts'
import { cardToCharge, isMade, isOpen, type OrderDocument } from '../orders/order.ts'
import { endLeftOvers, findLeftOvers } from './end-payments.ts'
import { makePayment } from './make-payments.ts'
import type { PaymentsContext } from './payments-context.ts'

/**
 * Reads the status of the order's open payments from Forage. A payment that a webhook names is read even if it is over,
 * because a late charge must not stay unnoticed.
 */
export async function readPayments(
  { forage, orders, now }: PaymentsContext,
  order: OrderDocument,
  named: readonly string[] = [],
): Promise<OrderDocument> {
  let current = order
  for (const payment of order.payments) {
    const { key, tender, ref, isDropped } = payment
    if (tender === 'card' || ref === null) continue
    if (!named.includes(ref) && (isDropped || !isOpen(payment))) continue
    const found = await forage.statusOf(ref)
    current = orders.change(order.id, (latest) => withStatus(latest, key, found, now()))
  }
  return current
}

/** Charges the card on file if all benefits are charged. Repeated and concurrent calls charge once. */
export async function chargeCard(context: PaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  const { cards, orders, now } = context
  const payment = cardToCharge(order)
  if (!payment) return order
  const ref = isMade(payment) ? payment.ref : await makePayment(context, order, payment)
  // The order may have been canceled in the meantime. Then either the release or the charge is first, and the card
  // processor tells both which one.
  const status = (await cards.capture(ref)) ? 'paid' : 'canceled'
  return orders.change(order.id, (latest) => withStatus(latest, payment.key, status, now()))
}

/** Does what is left to do and needs no customer: cancels leftover payments and finishes refunds. Reports errors. */
export async function finishOrder(context: PaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  const found = await findLeftOvers(context, order)
  return await context.refunds.finish(await endLeftOvers(context, found))
}
