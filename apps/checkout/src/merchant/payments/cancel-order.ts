import { OrderProblem } from '../http/shop-problem.ts'
import { canceled } from '../orders/order-changes.ts'
import { isLive, isMade, isOpen, statusOf, type OrderDocument } from '../orders/order.ts'
import { endPayments } from './end-payments.ts'
import type { PaymentsContext } from './payments-context.ts'
import { readPayments } from './settle-payments.ts'

/** Cancels an open order and refunds what it was charged, also during the cancellation. */
export async function cancelOrder(context: PaymentsContext, given: OrderDocument): Promise<OrderDocument> {
  const order = await readPayments(context, given)
  if (statusOf(order) !== 'open') throw new OrderProblem('order_is_over')
  return await context.refunds.finish(await ended(context, order))
}

async function ended(context: PaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  const open = order.payments.filter((payment) => isLive(payment) && isOpen(payment))
  await endPayments(context, order, open.filter(isMade))
  const latest = context.orders.change(order.id, (current) => canceled(current, context.now()))
  // If another tab prepared something in the meantime, the order is not canceled yet: try again.
  return latest.isCanceled ? latest : await ended(context, latest)
}
