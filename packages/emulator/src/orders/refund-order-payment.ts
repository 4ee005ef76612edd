import type { EmulatorContext } from '../context/context.ts'
import { benefitOf } from '../payments/captures/capture-ebt.ts'
import { refundEventData } from '../payments/event-data.ts'
import type { Payment } from '../payments/payment.ts'
import { panOf } from '../payments/stored-payment.ts'
import { newRef } from '../state/new-ref.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { orderRefundsOf, orderRefundTable, type OrderRefund } from './order-refund.ts'
import { changeOrder } from './order-state.ts'
import type { Order, OrderReceipt } from './order.ts'

export interface RefundReason {
  readonly reason: string
  readonly metadata: Readonly<Record<string, unknown>>
}

interface NewRefund extends RefundReason {
  /** Cents. */
  readonly amount: number
  /** How long the refund is `processing`. */
  readonly processingMs: number
}

/** Refunds a payment of an order. Also stores a declined refund, as a failed one. */
export function refundOrderPayment(
  context: EmulatorContext,
  order: Order,
  payment: Payment,
  { amount, reason, metadata, processingMs }: NewRefund,
): OrderRefund {
  const now = context.time.now()
  const refunds = context.store.table(orderRefundTable)
  const refund: OrderRefund = {
    ref: newRef(context.random, refunds),
    merchant: order.merchant,
    order: order.ref,
    payment: payment.ref,
    fundingType: payment.fundingType,
    amount,
    reason,
    metadata,
    createdAt: now,
    completesAt: now + processingMs,
    outcome: outcomeOf(context, payment, amount),
  }
  refunds.set(refund.ref, refund)
  changeOrder(context, order, { refunds: [...order.refunds, refund.ref] })
  void emitOnceComplete(context, refund, processingMs)
  return refund
}

function outcomeOf(context: EmulatorContext, payment: Payment, amount: number): OrderRefund['outcome'] {
  const pan = panOf(context, payment)
  const benefit = benefitOf(payment)
  const answer = networkOf(context).refund(pan, benefit, amount)
  if (!answer.approved) {
    const { forage_code: code, message } = answer.decline
    return { status: 'failed', error: { code, message } }
  }
  const receipt: OrderReceipt = {
    snap: 0,
    cash: 0,
    other: 0,
    [benefit]: amount,
    balance: answer.balance,
    last4: pan.slice(-4),
    at: context.time.now(),
  }
  return { status: 'succeeded', receipt }
}

async function emitOnceComplete(
  context: EmulatorContext,
  refund: OrderRefund,
  processingMs: number,
): Promise<void> {
  if (processingMs > 0) await context.time.sleep(processingMs)
  // `reset` deletes it.
  if (!context.store.table(orderRefundTable).has(refund.ref)) return
  context.events.emit({ type: 'REFUND_STATUS_UPDATED', data: refundEventData(refund) })
}

/** Returns the cents of an order's payment that can still be refunded. */
export function refundable(context: EmulatorContext, order: Order, payment: Payment): number {
  if (payment.outcome.status !== 'succeeded') return 0
  const refunded = orderRefundsOf(context, order)
    .filter((refund) => refund.payment === payment.ref && refund.outcome.status === 'succeeded')
    .reduce((cents, { amount }) => cents + amount, 0)
  return (payment.amount ?? 0) - refunded
}
