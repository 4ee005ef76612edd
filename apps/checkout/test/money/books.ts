import type { DatabaseSync } from 'node:sqlite'

import { totalsOf } from '../../src/merchant/api/split.ts'
import {
  isLive,
  isOpen,
  statusOf,
  type OrderDocument,
  type PaymentDocument,
} from '../../src/merchant/orders/order.ts'

/** A payment in the books of Forage or of the card processor. */
export interface BookedPayment {
  readonly ref: string
  readonly orderId: string
  readonly chargedCents: number
  readonly refundedCents: number
  /** Whether it can still be charged: an open payment, or a hold. */
  readonly isOpen: boolean
}

/** Returns one sentence for each disagreement between the shop's order and the books of those who move the money. */
export function disagreements(order: OrderDocument, booked: readonly BookedPayment[]): string[] {
  const found: string[] = []
  const say = (text: string): void => void found.push(`${order.id} (${statusOf(order)}): ${text}`)
  for (const { ref, chargedCents, refundedCents, ...book } of booked) {
    const payment = order.payments.find((each) => each.ref === ref)
    if (chargedCents !== (payment ? chargedIn(payment) : 0))
      say(`${ref} is charged ${chargedCents}, in the shop it is ${payment?.status}`)
    if (refundedCents !== (payment ? refundedIn(payment) : 0))
      say(`${refundedCents} of ${ref} are refunded, which the shop does not know`)
    // If the answer to a new payment was lost, no page has its ref, so it cannot be charged.
    if (book.isOpen && payment && !(isLive(payment) && isOpen(payment))) say(`${ref} can still be charged`)
  }
  for (const payment of order.payments)
    if (chargedIn(payment) > 0 && !booked.some(({ ref }) => ref === payment.ref))
      say(`${payment.key} is in no other book`)
  const keptCents = booked.reduce(
    (sum, { chargedCents, refundedCents }) => sum + chargedCents - refundedCents,
    0,
  )
  const chargedCents = booked.reduce((sum, each) => sum + each.chargedCents, 0)
  const { totalCents } = totalsOf(order.lines)
  if (statusOf(order) === 'canceled' && keptCents !== 0) say(`${keptCents} are kept`)
  if (statusOf(order) === 'paid' && chargedCents !== totalCents)
    say(`${chargedCents} of ${totalCents} are charged`)
  if (chargedCents > totalCents && statusOf(order) !== 'canceled')
    say(`${chargedCents} of ${totalCents} are charged`)
  if (statusOf(order) !== 'open')
    for (const { ref } of booked.filter((each) => each.isOpen)) say(`${ref} is left over`)
  return found
}

function chargedIn({ status, amountCents }: PaymentDocument): number {
  return status === 'paid' ? amountCents : 0
}

function refundedIn({ refunds }: PaymentDocument): number {
  return refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amountCents }) => sum + amountCents, 0)
}

interface PaymentOnWire {
  ref: string
  status: string
  amount: string
  metadata: { order_id: string }
}

/** Reads a payment in Forage's books. */
export async function forageBook(read: <T>(path: string) => Promise<T>, ref: string): Promise<BookedPayment> {
  const { status, amount, metadata } = await read<PaymentOnWire>(`/api/payments/${ref}/`)
  const refunds = await read<PaymentOnWire[]>(`/api/payments/${ref}/refunds/`)
  return {
    ref,
    orderId: metadata.order_id,
    chargedCents: status === 'succeeded' ? cents(amount) : 0,
    refundedCents: refunds
      .filter((refund) => refund.status === 'succeeded')
      .reduce((sum, refund) => sum + cents(refund.amount), 0),
    isOpen: status === 'requires_confirmation' || status === 'failed' || status === 'processing',
  }
}

/** Reads the books of the card processor. */
export function cardBook(database: DatabaseSync): BookedPayment[] {
  const rows = database.prepare(
    `SELECT id AS ref, substr(idempotency_key, 1, 36) AS orderId, cents, status, (
       SELECT coalesce(sum(cents), 0) FROM card_refunds WHERE authorization_id = authorizations.id
     ) AS refundedCents FROM authorizations`,
  )
  return (rows.all() as unknown as (BookedPayment & { cents: number; status: string })[]).map(
    ({ ref, orderId, cents: held, status, refundedCents }) => ({
      ref,
      orderId,
      chargedCents: status === 'captured' ? held : 0,
      refundedCents,
      isOpen: status === 'held',
    }),
  )
}

function cents(amount: string): number {
  return Math.round(Number(amount) * 100)
}
