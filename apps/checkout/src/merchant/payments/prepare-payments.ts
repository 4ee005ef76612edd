import type { Split } from '../api/shop-api.ts'
import { isAllowed, totalsOf } from '../api/split.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { misfits, planned } from '../orders/order-changes.ts'
import { isMade, statusOf, type OrderDocument } from '../orders/order.ts'
import { endLeftOvers, endPayments } from './end-payments.ts'
import { makePayments } from './make-payments.ts'
import type { PaymentsContext } from './payments-context.ts'
import { chargeCard, readPayments } from './settle-payments.ts'

/** Creates the payments of the split and cancels those that do not fit it. */
export async function preparePayments(
  context: PaymentsContext,
  given: OrderDocument,
  split: Split,
): Promise<OrderDocument> {
  if (!isAllowed(totalsOf(given.lines), split)) throw new OrderProblem('invalid_split')
  if (split.snapCents + split.cashCents > 0 && !given.card) throw new OrderProblem('card_missing')
  const order = await planPayments(context, await readPayments(context, given), split)
  if (statusOf(order) !== 'open') return order
  try {
    await makePayments(context, order)
  } finally {
    // If the order was canceled in the meantime, or another tab prepared another split, these payments are not wanted.
    await endLeftOvers(context, latestOf(context, order))
  }
  return await chargeCard(context, await readPayments(context, latestOf(context, order)))
}

/** Records the payments of the split in the order, after those that do not fit it are canceled. */
async function planPayments(
  context: PaymentsContext,
  order: OrderDocument,
  split: Split,
): Promise<OrderDocument> {
  if (statusOf(order) !== 'open') return order
  const ended = await endPayments(context, order, misfits(order, split).filter(isMade).filter(isNotPaid))
  if (misfits(ended, split).some(({ status }) => status === 'paid')) throw new OrderProblem('partly_paid')
  const plan = context.orders.change(order.id, (latest) => planned(latest, split))
  // If another tab made a payment of another split in the meantime, it must be canceled, too.
  return misfits(plan, split).length === 0 ? plan : await planPayments(context, plan, split)
}

function isNotPaid({ status }: { status: string }): boolean {
  return status !== 'paid'
}

function latestOf({ orders }: PaymentsContext, order: OrderDocument): OrderDocument {
  return orders.get(order.id) ?? order
}
