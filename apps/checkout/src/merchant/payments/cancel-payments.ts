import type { OrderPayment, PaymentStatus } from '../api/shop-api.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { canceled, isOpen, statusOf, withStatus, type OrderDocument } from '../orders/order.ts'
import { reconcile, type OrderPaymentsContext } from './reconcile.ts'

/** Cancels an open order and refunds its paid payments. */
export async function cancelOrder(
  context: OrderPaymentsContext,
  given: OrderDocument,
): Promise<OrderDocument> {
  const order = await reconcile(context, given)
  if (statusOf(order) !== 'open') throw new OrderProblem('order_is_over')
  await cancelPayments(context, order, order.payments.filter(isOpen))
  const ended = context.orders.change(order.id, (latest) => canceled(latest, context.now()))
  // If another tab prepared or paid something in the meantime, the order is not canceled yet: try again.
  return ended.isCanceled ? await context.refunds.finish(ended) : await cancelOrder(context, ended)
}

/** Cancels the payments, so that no other tab and no late request can charge them. Throws if one is paid. */
export async function cancelPayments(
  { forage, cards, orders }: OrderPaymentsContext,
  { id }: OrderDocument,
  payments: readonly OrderPayment[],
): Promise<void> {
  for (const { tender, ref, status } of payments) {
    if (status === 'paid') throw new OrderProblem('partly_paid')
    if (tender === 'card') await cards.release(ref)
    // If Forage cannot cancel the payment, it was charged at this moment or has expired.
    else if (!(await forage.cancel(ref))) assertNotChargeable(await forage.statusOf(ref))
    orders.change(id, (latest) => withStatus(latest, ref, 'canceled'))
  }
}

function assertNotChargeable(status: PaymentStatus): void {
  if (status === 'processing') throw new OrderProblem('payment_processing')
  if (status === 'open' || status === 'paid') throw new OrderProblem('partly_paid')
}
