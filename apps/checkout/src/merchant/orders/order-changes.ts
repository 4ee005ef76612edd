import type { OrderRefund, PaymentStatus, Split, Tender } from '../api/shop-api.ts'
import { amountsOf } from '../api/split.ts'
import {
  isLive,
  isMade,
  isOpen,
  refundableCents,
  statusOf,
  type OrderDocument,
  type PaymentDocument,
} from './order.ts'

/*
 * The changes of an order. Each function decides alone, without a call, and returns the same object if nothing changes.
 *
 *   planned    the customer chose a split: its payments are recorded, and others that were never made are dropped
 *   withRef    a call made a payment
 *   withStatus Forage or the card processor reported a payment's status
 *   canceled   the order ends: no payment counts any more, and paid ones are refunded
 */

/** Returns the live payments that are not a part of the split: another amount, or another card than the chosen one. */
export function misfits(order: OrderDocument, split: Split): PaymentDocument[] {
  return order.payments.filter((payment) => isLive(payment) && !fits(payment, order, split))
}

/**
 * A paid payment may have used any card. An open one must use the card that the customer chose.
 */
function fits(
  { tender, amountCents, cardRef, status }: PaymentDocument,
  { card }: OrderDocument,
  split: Split,
): boolean {
  const isAmount = amountsOf(split).some(([name, cents]) => name === tender && cents === amountCents)
  return isAmount && (status === 'paid' || tender === 'card' || cardRef === card?.ref)
}

/**
 * Records the payments of the split that the order does not have yet. A payment of another split is dropped if it was never
 * made. If one was made, nothing changes, because it must be canceled first.
 */
export function planned(order: OrderDocument, split: Split): OrderDocument {
  const others = misfits(order, split)
  if (statusOf(order) !== 'open' || others.some(isMade)) return order
  const kept = order.payments.map((payment) =>
    others.includes(payment) ? { ...payment, isDropped: true } : payment,
  )
  const isMissing = ([tender]: [Tender, number]): boolean =>
    !kept.some((payment) => payment.tender === tender && isLive(payment))
  const added = amountsOf(split).filter(isMissing)
  if (others.length === 0 && added.length === 0) return order
  return {
    ...order,
    payments: [
      ...kept,
      ...added.map(([tender, amountCents], index): PaymentDocument => ({
        // Payments are never removed, so their number makes the key unique in the order.
        key: `${order.id}-${tender}-${kept.length + index}`,
        ref: null,
        tender,
        amountCents,
        cardRef: tender === 'card' ? null : (order.card?.ref ?? null),
        status: 'open',
        isDropped: false,
        refunds: [],
      })),
    ],
  }
}

export function withRef(order: OrderDocument, key: string, ref: string): OrderDocument {
  return changePayment(order, key, (payment) => (payment.ref === null ? { ...payment, ref } : payment))
}

/**
 * Sets the status of a payment that could still be charged. A payment that is over keeps its status, so that late messages
 * change nothing. The exception is a charge, which is never ignored: if the order does not count on it, it is refunded.
 */
export function withStatus(
  order: OrderDocument,
  key: string,
  status: PaymentStatus,
  at: number,
): OrderDocument {
  const reason = order.isCanceled ? 'Order canceled' : 'Charged too late'
  return changePayment(order, key, (payment) => {
    const isOver = !isOpen(payment)
    if (payment.status === status || payment.status === 'paid') return payment
    if (status !== 'paid') return isOver ? payment : { ...payment, status }
    const paid: PaymentDocument = { ...payment, status, isDropped: payment.isDropped || isOver }
    return paid.isDropped ? withFullRefund(paid, reason, at) : paid
  })
}

/**
 * Cancels the order and requests refunds for its paid payments, unless a payment that was made can still be charged. A
 * payment that was perhaps never made does not delay the cancellation: it is dropped.
 */
export function canceled(order: OrderDocument, at: number): OrderDocument {
  if (
    order.isCanceled ||
    order.payments.some((payment) => isLive(payment) && isOpen(payment) && isMade(payment))
  )
    return order
  return {
    ...order,
    isCanceled: true,
    payments: order.payments.map((payment) =>
      withFullRefund({ ...payment, isDropped: true }, 'Order canceled', at),
    ),
  }
}

function withFullRefund(payment: PaymentDocument, reason: string, at: number): PaymentDocument {
  const amountCents = refundableCents(payment)
  if (amountCents === 0) return payment
  const refund = { key: `cancel-${payment.key}`, amountCents, reason, at }
  return { ...payment, refunds: [...payment.refunds, { ...refund, status: 'requested' }] }
}

export function withRefund(order: OrderDocument, paymentKey: string, refund: OrderRefund): OrderDocument {
  return changePayment(order, paymentKey, (payment) => {
    const isKnown = payment.refunds.some(({ key }) => key === refund.key)
    const refunds = payment.refunds.map((each) => (each.key === refund.key ? refund : each))
    return { ...payment, refunds: isKnown ? refunds : [...refunds, refund] }
  })
}

export function withoutRefund(order: OrderDocument, paymentKey: string, key: string): OrderDocument {
  return changePayment(order, paymentKey, (payment) => ({
    ...payment,
    refunds: payment.refunds.filter((refund) => refund.key !== key),
  }))
}

function changePayment(
  order: OrderDocument,
  key: string,
  change: (payment: PaymentDocument) => PaymentDocument,
): OrderDocument {
  const before = order.payments.find((payment) => payment.key === key)
  const after = before && change(before)
  if (!before || after === before) return order
  return { ...order, payments: order.payments.map((payment) => (payment === before ? after! : payment)) }
}
