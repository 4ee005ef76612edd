import { hashedCustomer } from '../accounts/accounts.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { withRef, withStatus } from '../orders/order-changes.ts'
import { isLive, isMade, type OrderDocument, type PaymentDocument } from '../orders/order.ts'
import { isRefusedForGood } from '../processors/forage-payments.ts'
import type { PaymentsContext } from './payments-context.ts'

/**
 * Makes the order's planned payments, the hold on the card last: it is of no use without the benefits. Rejects with the
 * first failure after every call has ended.
 */
export async function makePayments(context: PaymentsContext, order: OrderDocument): Promise<void> {
  const planned = order.payments.filter((payment) => isLive(payment) && !isMade(payment))
  const isCard = ({ tender }: PaymentDocument): boolean => tender === 'card'
  for (const together of [planned.filter((payment) => !isCard(payment)), planned.filter(isCard)]) {
    const made = await Promise.allSettled(together.map((payment) => makePayment(context, order, payment)))
    for (const each of made) if (each.status === 'rejected') throw each.reason
  }
}

/**
 * Makes the payment and returns its ref. The idempotency key and the request follow from the recorded payment alone, so a
 * repeated call makes no second one.
 */
export async function makePayment(
  context: PaymentsContext,
  order: OrderDocument,
  payment: PaymentDocument,
): Promise<string> {
  const { orders, now } = context
  try {
    const ref = await request(context, order, payment)
    orders.change(order.id, (latest) => withRef(latest, payment.key, ref))
    return ref
  } catch (error) {
    // It does not exist and never will.
    if (isRefusedForGood(error))
      orders.change(order.id, (latest) => withStatus(latest, payment.key, 'canceled', now()))
    throw error
  }
}

async function request(
  { forage, cards }: PaymentsContext,
  { id, customer, fulfilment }: OrderDocument,
  { key, tender, amountCents, cardRef }: PaymentDocument,
): Promise<string> {
  if (tender === 'card') return await cards.authorize(key, amountCents)
  if (cardRef === null) throw new OrderProblem('card_missing')
  return await forage.create({
    idempotencyKey: key,
    tender,
    amountCents,
    card: cardRef,
    orderId: id,
    customerId: hashedCustomer(customer),
    isDelivery: fulfilment === 'delivery',
  })
}
