import type { NewRefund, OrderRefund } from '../api/shop-api.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { withRefund, withoutRefund } from '../orders/order-changes.ts'
import {
  isExtraCharge,
  isMade,
  refundableCents,
  statusOf,
  type MadePayment,
  type OrderDocument,
} from '../orders/order.ts'
import type { RefundOutcome } from '../processors/forage-payments.ts'

/**
 * Returns whether a header can carry the key. A key that no request can carry would stay reserved forever, so it is checked
 * before anything is reserved for it.
 */
export function isRefundKey(key: unknown): key is string {
  return typeof key === 'string' && /^[!-~]{1,255}$/.test(key)
}

/**
 * Returns the order with the refund reserved. A known key changes nothing. Throws if the amount is more than is left, or
 * if the order is still open and counts on the payment: canceling it refunds everything. A charge on which the order does
 * not count comes first.
 */
export function reserveRefund(
  order: OrderDocument,
  { tender, amountCents, reason, key }: NewRefund,
  at: number,
): OrderDocument {
  if (order.payments.some(({ refunds }) => refunds.some((refund) => refund.key === key))) return order
  const candidates = order.payments.filter(
    (each) => each.tender === tender && refundableCents(each) >= amountCents,
  )
  const payment = candidates.find(isExtraCharge) ?? candidates[0]
  if (statusOf(order) === 'open' && !(payment && isExtraCharge(payment)))
    throw new OrderProblem('order_is_open')
  if (!payment || !Number.isInteger(amountCents) || amountCents < 1) throw new OrderProblem('excess_refund')
  return withRefund(order, payment.key, { key, amountCents, reason, status: 'requested', at })
}

export interface RefundOfPayment {
  readonly payment: MadePayment
  readonly refund: OrderRefund
}

/** Returns the refunds whose success is not known yet. */
export function pendingRefunds({ payments }: OrderDocument): RefundOfPayment[] {
  return payments
    .filter(isMade)
    .flatMap((payment) =>
      payment.refunds.filter(({ status }) => status !== 'succeeded').map((refund) => ({ payment, refund })),
    )
}

/**
 * Returns the order with the outcome of a refund. A failed refund is removed, so that it can be tried again. A successful
 * one does not change any more, even if a late message arrives.
 */
export function withRefundOutcome(
  order: OrderDocument,
  paymentKey: string,
  key: string,
  outcome: RefundOutcome,
): OrderDocument {
  const pending = pendingRefunds(order).find(
    ({ payment, refund }) => payment.key === paymentKey && refund.key === key,
  )
  if (!pending || pending.refund.status === outcome) return order
  if (outcome === 'failed') return withoutRefund(order, paymentKey, key)
  return withRefund(order, paymentKey, { ...pending.refund, status: outcome })
}
