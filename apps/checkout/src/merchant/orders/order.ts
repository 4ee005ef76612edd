import type {
  Fulfilment,
  Order,
  OrderLine,
  OrderPayment,
  OrderRefund,
  PaymentStatus,
  SavedCard,
} from '../api/shop-api.ts'
import { totalsOf } from '../api/split.ts'

/** An order as the merchant keeps it: one document, changed only by the functions below. */
export interface OrderDocument {
  readonly id: string
  readonly customer: string
  readonly createdAt: number
  readonly fulfilment: Fulfilment
  readonly lines: readonly OrderLine[]
  readonly card: SavedCard | null
  /** Of payments prepared so far; a part of their idempotency keys. */
  readonly attempts: number
  readonly payments: readonly OrderPayment[]
  readonly isCanceled: boolean
}

export function newOrder(
  order: Pick<OrderDocument, 'id' | 'customer' | 'createdAt' | 'fulfilment' | 'lines'>,
): OrderDocument {
  return { ...order, card: null, attempts: 0, payments: [], isCanceled: false }
}

export function withCard(order: OrderDocument, card: SavedCard): OrderDocument {
  return { ...order, card }
}

/** New payments in the place of those that were given up. */
export function withPayments(order: OrderDocument, added: readonly OrderPayment[]): OrderDocument {
  const known = new Set(order.payments.map(({ ref }) => ref))
  const isNew = added.some(({ ref }) => !known.has(ref))
  const payments = [...order.payments, ...added.filter(({ ref }) => !known.has(ref))]
  return isNew ? { ...order, payments, attempts: order.attempts + 1 } : order
}

/** What was paid stays paid, and what is over is over: news that come late change nothing. */
export function withStatus(order: OrderDocument, ref: string, status: PaymentStatus): OrderDocument {
  return changePayment(order, ref, (payment) => (isOpen(payment) ? { ...payment, status } : payment))
}

export function withRefund(order: OrderDocument, ref: string, refund: OrderRefund): OrderDocument {
  return changePayment(order, ref, (payment) => {
    const isKnown = payment.refunds.some(({ key }) => key === refund.key)
    const refunds = payment.refunds.map((each) => (each.key === refund.key ? refund : each))
    return { ...payment, refunds: isKnown ? refunds : [...refunds, refund] }
  })
}

export function withoutRefund(order: OrderDocument, ref: string, key: string): OrderDocument {
  return changePayment(order, ref, (payment) => ({
    ...payment,
    refunds: payment.refunds.filter((refund) => refund.key !== key),
  }))
}

/** The end of an order that is not paid: what was paid of it is on its way back, and nothing of it can be charged. */
export function canceled(order: OrderDocument, at: number): OrderDocument {
  if (statusOf(order) !== 'open' || order.payments.some(isOpen)) return order
  return { ...order, isCanceled: true, payments: order.payments.map((payment) => givenBack(payment, at)) }
}

function givenBack(payment: OrderPayment, at: number): OrderPayment {
  const amountCents = refundableCents(payment)
  if (amountCents === 0) return payment
  const refund = { key: `cancel-${payment.ref}`, amountCents, reason: 'Order canceled', at }
  return { ...payment, refunds: [...payment.refunds, { ...refund, status: 'requested' }] }
}

function changePayment(
  order: OrderDocument,
  ref: string,
  change: (payment: OrderPayment) => OrderPayment,
): OrderDocument {
  return {
    ...order,
    payments: order.payments.map((payment) => (payment.ref === ref ? change(payment) : payment)),
  }
}

/** It can still be charged. */
export function isOpen({ status }: OrderPayment): boolean {
  return status === 'open' || status === 'processing'
}

/** It pays its part of the order, or can. */
export function isLive(payment: OrderPayment): boolean {
  return isOpen(payment) || payment.status === 'paid'
}

export function liveCents({ payments }: OrderDocument): number {
  return payments.filter(isLive).reduce((sum, { amountCents }) => sum + amountCents, 0)
}

export function statusOf({ isCanceled, lines, payments }: OrderDocument): Order['status'] {
  if (isCanceled) return 'canceled'
  const paidCents = payments
    .filter(({ status }) => status === 'paid')
    .reduce((sum, { amountCents }) => sum + amountCents, 0)
  return paidCents >= totalsOf(lines).totalCents ? 'paid' : 'open'
}

/** What is left of a payment after its refunds. */
export function refundableCents({ amountCents, status, refunds }: OrderPayment): number {
  if (status !== 'paid') return 0
  return refunds.reduce((left, refund) => left - refund.amountCents, amountCents)
}
