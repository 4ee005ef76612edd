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

/** The order as the merchant stores it. Only the functions in this file and in `refunds.ts` create new versions. */
export interface OrderDocument {
  readonly id: string
  readonly customer: string
  readonly createdAt: number
  readonly fulfilment: Fulfilment
  readonly lines: readonly OrderLine[]
  readonly card: SavedCard | null
  /** How often payments were prepared. It is a part of their idempotency keys. */
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

/** Adds the payments that the order does not have yet. */
export function withPayments(order: OrderDocument, added: readonly OrderPayment[]): OrderDocument {
  const known = new Set(order.payments.map(({ ref }) => ref))
  const isNew = added.some(({ ref }) => !known.has(ref))
  const payments = [...order.payments, ...added.filter(({ ref }) => !known.has(ref))]
  return isNew ? { ...order, payments, attempts: order.attempts + 1 } : order
}

/** Changes the status of an open payment. Other payments keep theirs, so that late messages change nothing. */
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

/** Cancels an open order that has no open payments, and requests refunds for its paid ones. */
export function canceled(order: OrderDocument, at: number): OrderDocument {
  if (statusOf(order) !== 'open' || order.payments.some(isOpen)) return order
  return {
    ...order,
    isCanceled: true,
    payments: order.payments.map((payment) => withFullRefund(payment, at)),
  }
}

function withFullRefund(payment: OrderPayment, at: number): OrderPayment {
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

/** Returns whether the payment can still be charged. */
export function isOpen({ status }: OrderPayment): boolean {
  return status === 'open' || status === 'processing'
}

/** Returns whether the payment is paid or can still be charged. */
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

/** Returns the part of the payment that is not refunded yet. */
export function refundableCents({ amountCents, status, refunds }: OrderPayment): number {
  if (status !== 'paid') return 0
  return refunds.reduce((left, refund) => left - refund.amountCents, amountCents)
}
