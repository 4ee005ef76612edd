import { hashedCustomer } from '../accounts/accounts.ts'
import type { Order, OrderPayment } from '../api/shop-api.ts'
import { totalsOf } from '../api/split.ts'
import {
  isExtraCharge,
  isLive,
  isMade,
  isOpen,
  statusOf,
  type MadePayment,
  type OrderDocument,
} from './order.ts'

/** Returns the order for the browser. */
export function orderView(order: OrderDocument): Order {
  const { id, customer, createdAt, fulfilment, lines, card, payments, isCanceled } = order
  const made = payments.filter(isMade)
  return {
    id,
    customerId: hashedCustomer(customer),
    createdAt,
    fulfilment,
    lines: [...lines],
    ...totalsOf(lines),
    card,
    payments: shownPayments(order, made).map(paymentView),
    extraCharges: made.filter((payment) => !isCanceled && isExtraCharge(payment)).map(paymentView),
    ranOut: made.filter(({ status }) => status === 'expired').map(({ ref }) => ref),
    status: statusOf(order),
  }
}

/**
 * The customer enters no PIN before the whole split is prepared. So while a payment is missing, only those are shown that
 * are charged or being charged. A canceled order shows what it was charged and got back.
 */
function shownPayments({ payments, isCanceled }: OrderDocument, made: MadePayment[]): MadePayment[] {
  if (isCanceled) return made.filter(({ status }) => status === 'paid')
  const isPrepared = payments.filter(isLive).every(isMade)
  return made.filter(
    (payment) => isLive(payment) && (isPrepared || !isOpen(payment) || payment.status === 'processing'),
  )
}

function paymentView({ tender, amountCents, cardRef, ref, status, refunds }: MadePayment): OrderPayment {
  return { tender, amountCents, cardRef, ref, status, refunds: [...refunds] }
}
