import { refundableCents, withRefund, withoutRefund, type OrderDocument } from './order.ts'
import type { NewRefund, OrderRefund } from './shop-api.ts'
import { OrderProblem } from './shop-problem.ts'

/** The order with this refund under way. Throws if there is not so much left; the same key again changes nothing. */
export function reserveRefund(
  order: OrderDocument,
  { tender, amountCents, reason, key }: NewRefund,
  at: number,
): OrderDocument {
  const ofTender = order.payments.filter((payment) => payment.tender === tender)
  if (ofTender.some(({ refunds }) => refunds.some((refund) => refund.key === key))) return order
  const payment = ofTender.find((each) => refundableCents(each) >= amountCents)
  if (!payment || !Number.isInteger(amountCents) || amountCents < 1) throw new OrderProblem('excess_refund')
  return withRefund(order, payment.ref, { key, amountCents, reason, status: 'processing', at })
}

/** The order as it is after the refund was tried. One that failed leaves no trace: it can be tried anew. */
export function settleRefund(
  order: OrderDocument,
  ref: string,
  key: string,
  outcome: OrderRefund['status'] | 'failed',
): OrderDocument {
  if (outcome === 'failed') return withoutRefund(order, ref, key)
  const payment = order.payments.find((each) => each.ref === ref)
  const refund = payment?.refunds.find((each) => each.key === key)
  return refund ? withRefund(order, ref, { ...refund, status: outcome }) : order
}
