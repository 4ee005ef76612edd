import type { NewRefund, OrderPayment, OrderRefund } from '../api/shop-api.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { refundableCents, statusOf, withRefund, withoutRefund, type OrderDocument } from '../orders/order.ts'
import type { RefundOutcome } from '../processors/forage-payments.ts'

/**
 * The order with this refund asked for; the same key again changes nothing. Throws if there is not so much left, or if
 * the order is not paid yet: who cancels it gets back all that was paid.
 */
export function reserveRefund(
  order: OrderDocument,
  { tender, amountCents, reason, key }: NewRefund,
  at: number,
): OrderDocument {
  if (statusOf(order) === 'open') throw new OrderProblem('order_is_open')
  const ofTender = order.payments.filter((payment) => payment.tender === tender)
  if (ofTender.some(({ refunds }) => refunds.some((refund) => refund.key === key))) return order
  const payment = ofTender.find((each) => refundableCents(each) >= amountCents)
  if (!payment || !Number.isInteger(amountCents) || amountCents < 1) throw new OrderProblem('excess_refund')
  return withRefund(order, payment.ref, { key, amountCents, reason, status: 'requested', at })
}

export interface RefundOfPayment {
  readonly payment: OrderPayment
  readonly refund: OrderRefund
}

/** Those of which it is not known that they were made. */
export function pendingRefunds({ payments }: OrderDocument): RefundOfPayment[] {
  return payments.flatMap((payment) =>
    payment.refunds.filter(({ status }) => status !== 'succeeded').map((refund) => ({ payment, refund })),
  )
}

/**
 * The order as it is after the refund was tried. One that failed leaves no trace: it can be tried anew. One that was
 * made stays made: news that come late change nothing.
 */
export function settleRefund(
  order: OrderDocument,
  ref: string,
  key: string,
  outcome: RefundOutcome,
): OrderDocument {
  const pending = pendingRefunds(order).find(
    ({ payment, refund }) => payment.ref === ref && refund.key === key,
  )
  if (!pending || pending.refund.status === outcome) return order
  if (outcome === 'failed') return withoutRefund(order, ref, key)
  return withRefund(order, ref, { ...pending.refund, status: outcome })
}
