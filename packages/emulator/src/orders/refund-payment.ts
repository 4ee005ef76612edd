import type { EmulatorContext } from '../context.ts'
import { formatAmount } from '../money.ts'
import { benefitOf, panOf } from '../payments/settle.ts'
import { newRef } from '../state/new-ref.ts'
import type { Order, OrderReceipt, OrderRefund, Payment } from '../state/store.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { changeOrder } from './order-state.ts'

export interface NewRefund {
  /** Cents. */
  readonly amount: number
  readonly reason: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** How long it is `processing`. */
  readonly processingMs: number
}

/** Money goes back to the card, or the refund is a failed one: either way there is a record. */
export function refundPayment(
  context: EmulatorContext,
  order: Order,
  payment: Payment,
  { amount, reason, metadata, processingMs }: NewRefund,
): OrderRefund {
  const now = context.time.now()
  const refund: OrderRefund = {
    ref: newRef(context.random, context.store.orderRefunds),
    merchant: order.merchant,
    order: order.ref,
    payment: payment.ref,
    fundingType: payment.fundingType,
    amount,
    reason,
    metadata,
    createdAt: now,
    settlesAt: now + processingMs,
    outcome: giveBack(context, payment, amount),
  }
  context.store.orderRefunds.set(refund.ref, refund)
  changeOrder(context, order, { refunds: [...order.refunds, refund.ref] })
  void tellOnceSettled(context, refund, processingMs)
  return refund
}

function giveBack(context: EmulatorContext, payment: Payment, amount: number): OrderRefund['outcome'] {
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
    reference: context.random.hex(10),
    balance: answer.balance,
    last4: pan.slice(-4),
    at: context.time.now(),
  }
  return { status: 'succeeded', receipt }
}

async function tellOnceSettled(
  context: EmulatorContext,
  refund: OrderRefund,
  processingMs: number,
): Promise<void> {
  if (processingMs > 0) await context.time.sleep(processingMs)
  // A reset forgets it.
  if (!context.store.orderRefunds.has(refund.ref)) return
  const data = {
    merchant_fns: refund.merchant.fnsNumber,
    merchant_id: refund.merchant.id,
    order_ref: refund.order,
    payment_ref: refund.payment,
    refund_ref: refund.ref,
    funding_type: refund.fundingType,
    amount: formatAmount(refund.amount),
    status: refund.outcome.status,
  }
  context.events.emit({ type: 'REFUND_STATUS_UPDATED', ref: refund.ref, data })
}

export function refundsOf({ store }: EmulatorContext, order: Order): OrderRefund[] {
  return order.refunds.flatMap((ref) => store.orderRefunds.get(ref) ?? [])
}

export function isProcessing({ time }: EmulatorContext, refund: OrderRefund): boolean {
  return time.now() < refund.settlesAt
}

/** Cents of a payment that were charged and not given back. */
export function refundable(context: EmulatorContext, order: Order, payment: Payment): number {
  if (payment.outcome.status !== 'succeeded') return 0
  const refunded = refundsOf(context, order)
    .filter((refund) => refund.payment === payment.ref && refund.outcome.status === 'succeeded')
    .reduce((cents, { amount }) => cents + amount, 0)
  return (payment.amount ?? 0) - refunded
}
