import type { NewRefund, OrderPayment, OrderRefund } from '../api/shop-api.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { refundableCents, statusOf, withRefund, withoutRefund, type OrderDocument } from '../orders/order.ts'
import type { RefundOutcome } from '../processors/forage-payments.ts'

/**
 * Returns the order with the refund reserved. A known key changes nothing. Throws if the amount is more than is left, or
 * if the order is still open: canceling it refunds everything.
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

/** Returns the refunds whose success is not known yet. */
export function pendingRefunds({ payments }: OrderDocument): RefundOfPayment[] {
  return payments.flatMap((payment) =>
    payment.refunds.filter(({ status }) => status !== 'succeeded').map((refund) => ({ payment, refund })),
  )
}

/**
 * Returns the order with the outcome of a refund. A failed refund is removed, so that it can be tried again. A successful
 * one does not change any more, even if a late message arrives.
 */
export function withRefundOutcome(
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
