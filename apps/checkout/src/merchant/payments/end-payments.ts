import type { PaymentStatus } from '../api/shop-api.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { withStatus } from '../orders/order-changes.ts'
import { isLeftOver, isMade, type MadePayment, type OrderDocument } from '../orders/order.ts'
import { makePayment } from './make-payments.ts'
import type { PaymentsContext } from './payments-context.ts'

/**
 * Ends payments that were made, so that no other tab and no late request can charge them, and returns the order. A payment
 * that was charged before counts as paid. Throws if one is being charged at this moment. The card comes last: its hold is
 * still needed if a benefit cannot be ended.
 */
export async function endPayments(
  context: PaymentsContext,
  order: OrderDocument,
  payments: readonly MadePayment[],
): Promise<OrderDocument> {
  const { orders, now } = context
  let current = order
  for (const payment of payments.toSorted((one, other) => rank(one) - rank(other))) {
    const status = await end(context, payment)
    if (status === 'open' || status === 'processing') throw new OrderProblem('payment_processing')
    current = orders.change(order.id, (latest) => withStatus(latest, payment.key, status, now()))
  }
  return current
}

function rank({ tender }: MadePayment): number {
  return tender === 'card' ? 1 : 0
}

async function end({ cards, forage }: PaymentsContext, { tender, ref }: MadePayment): Promise<PaymentStatus> {
  if (tender === 'card') return (await cards.release(ref)) ? 'canceled' : 'paid'
  // If Forage cannot cancel the payment, it was charged, is over, or is being charged.
  return (await forage.cancel(ref)) ? 'canceled' : await forage.statusOf(ref)
}

/**
 * Cancels the payments on which the order no longer counts. An error must not hide the order, so it is reported: the next
 * read, webhook or round tries again.
 */
export async function endLeftOvers(context: PaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  let current = order
  for (const payment of order.payments.filter(isLeftOver)) {
    if (!isMade(payment)) continue
    try {
      current = await endPayments(context, order, [payment])
    } catch (error) {
      context.report(error)
    }
  }
  return current
}

/**
 * Finds the payments on which the order no longer counts and whose call was never answered, so that they can be ended. Only
 * the same call tells whether they exist: it makes those that do not.
 */
export async function findLeftOvers(context: PaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  for (const payment of order.payments.filter(isLeftOver))
    if (!isMade(payment)) await makePayment(context, order, payment).catch(context.report)
  return context.orders.get(order.id) ?? order
}
