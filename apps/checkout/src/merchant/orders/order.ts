import type { Fulfilment, Order, OrderLine, OrderPayment, SavedCard } from '../api/shop-api.ts'
import { totalsOf } from '../api/split.ts'

/**
 * A payment as the merchant stores it. The order has it before the call that makes it. So a lost answer never hides a hold
 * or a charge: the same call with the same key tells what it did.
 */
export interface PaymentDocument extends Omit<OrderPayment, 'ref' | 'refunds'> {
  /** The idempotency key of the call that makes the payment. It also names the payment in the order. */
  readonly key: string
  /** The ref from that call's answer. Null until the answer has arrived. */
  readonly ref: string | null
  /**
   * Whether the order no longer counts on this payment. Such a payment is canceled as soon as possible. If it is charged
   * nevertheless, the charge is refunded.
   */
  readonly isDropped: boolean
  readonly refunds: readonly OrderPayment['refunds'][number][]
}

/**
 * The order as the merchant stores it. Only `withCard`, `order-changes.ts` and `refunds.ts` create new versions, and none of
 * them makes a call.
 */
export interface OrderDocument {
  readonly id: string
  readonly customer: string
  readonly createdAt: number
  readonly fulfilment: Fulfilment
  readonly lines: readonly OrderLine[]
  readonly card: SavedCard | null
  readonly payments: readonly PaymentDocument[]
  readonly isCanceled: boolean
}

export function newOrder(
  order: Pick<OrderDocument, 'id' | 'customer' | 'createdAt' | 'fulfilment' | 'lines'>,
): OrderDocument {
  return { ...order, card: null, payments: [], isCanceled: false }
}

export function withCard(order: OrderDocument, card: SavedCard): OrderDocument {
  return { ...order, card }
}

/** A payment that exists at Forage or at the card processor, as far as the shop knows. */
export type MadePayment = PaymentDocument & { readonly ref: string }

export function isMade(payment: PaymentDocument): payment is MadePayment {
  return payment.ref !== null
}

/** Returns whether the payment can still be charged. */
export function isOpen({ status }: Pick<PaymentDocument, 'status'>): boolean {
  return status === 'open' || status === 'processing'
}

/** Returns whether the order counts on the payment: it is paid or can still be charged. */
export function isLive(payment: PaymentDocument): boolean {
  return !payment.isDropped && (isOpen(payment) || payment.status === 'paid')
}

/** Returns whether the payment may still be charged although the order no longer counts on it. */
export function isLeftOver(payment: PaymentDocument): boolean {
  return payment.isDropped && isOpen(payment)
}

/** Returns whether the payment was charged although the order no longer counts on it. */
export function isExtraCharge({ isDropped, status }: Pick<PaymentDocument, 'isDropped' | 'status'>): boolean {
  return isDropped && status === 'paid'
}

export function statusOf({ isCanceled, lines, payments }: OrderDocument): Order['status'] {
  if (isCanceled) return 'canceled'
  const paid = payments.filter((payment) => isLive(payment) && payment.status === 'paid')
  return centsOf(paid) >= totalsOf(lines).totalCents ? 'paid' : 'open'
}

/** Returns the card's payment if it is the only one that is left to charge. It comes last, so a declined benefit costs nothing. */
export function cardToCharge(order: OrderDocument): PaymentDocument | undefined {
  const live = order.payments.filter(isLive)
  const card = live.find(({ tender, status }) => tender === 'card' && status === 'open')
  const isLast = live.every((payment) => payment === card || payment.status === 'paid')
  return isLast && centsOf(live) === totalsOf(order.lines).totalCents ? card : undefined
}

/** Returns the part of the payment that is not refunded yet. */
export function refundableCents({
  amountCents,
  status,
  refunds,
}: Pick<PaymentDocument, 'amountCents' | 'status' | 'refunds'>): number {
  return status === 'paid' ? amountCents - centsOf(refunds) : 0
}

/** Returns whether something is left to do that needs no customer: a payment to cancel, or a refund to make. */
export function isUnfinished({ payments }: OrderDocument): boolean {
  return payments.some(
    (payment) => isLeftOver(payment) || payment.refunds.some(({ status }) => status !== 'succeeded'),
  )
}

function centsOf(amounts: readonly { readonly amountCents: number }[]): number {
  return amounts.reduce((sum, { amountCents }) => sum + amountCents, 0)
}
