import { hashedCustomer } from '../accounts/accounts.ts'
import type { OrderPayment, Split, Tender } from '../api/shop-api.ts'
import { amountsOf, isAllowed, totalsOf } from '../api/split.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import { isLive, liveCents, statusOf, withPayments, type OrderDocument } from '../orders/order.ts'
import { cancelPayments } from './cancel-payments.ts'
import { reconcile, type OrderPaymentsContext } from './reconcile.ts'

/** Creates the payments of the split and cancels those that do not fit it. */
export async function preparePayments(
  context: OrderPaymentsContext,
  given: OrderDocument,
  split: Split,
): Promise<OrderDocument> {
  if (!isAllowed(totalsOf(given.lines), split)) throw new OrderProblem('invalid_split')
  const order = await reconcile(context, given)
  if (statusOf(order) !== 'open') return order
  const amounts = amountsOf(split)
  const current = order.payments.filter(isLive)
  const fits = (payment: OrderPayment): boolean => fitsSplit(payment, amounts, order)
  await cancelPayments(
    context,
    order,
    current.filter((payment) => !fits(payment)),
  )
  const missing = amounts.filter(
    ([tender]) => !current.some((payment) => payment.tender === tender && fits(payment)),
  )
  const added = await Promise.all(
    missing.map(([tender, cents]) => createPayment(context, order, tender, cents)),
  )
  return reconcile(context, await addPrepared(context, order, added))
}

/**
 * Adds the prepared payments to the order. If the order was canceled in the meantime, or another tab prepared another
 * split, cancels them instead.
 */
async function addPrepared(
  context: OrderPaymentsContext,
  { id }: OrderDocument,
  prepared: readonly OrderPayment[],
): Promise<OrderDocument> {
  let added: OrderPayment[] = []
  const order = context.orders.change(id, (latest) => {
    added = prepared.filter(({ ref }) => !latest.payments.some((payment) => payment.ref === ref))
    return withPayments(latest, added)
  })
  if (!order.isCanceled && liveCents(order) === totalsOf(order.lines).totalCents) return order
  await cancelPayments(context, order, added)
  return context.orders.get(id) ?? order
}

/**
 * Returns whether the payment is a part of the split. A paid payment may have used any card; an open one must use the
 * card that the customer chose.
 */
function fitsSplit(
  { tender, amountCents, cardRef, status }: OrderPayment,
  amounts: readonly [Tender, number][],
  { card }: OrderDocument,
): boolean {
  const isAmount = amounts.some(([name, cents]) => name === tender && cents === amountCents)
  return isAmount && (status === 'paid' || tender === 'card' || cardRef === card?.ref)
}

/**
 * Creates a payment. Its idempotency key has the amount and the card, so that the same split creates the same payment
 * and another split a new one.
 */
async function createPayment(
  { forage, cards }: OrderPaymentsContext,
  order: OrderDocument,
  tender: Tender,
  amountCents: number,
): Promise<OrderPayment> {
  const { id, card, attempts, customer, fulfilment } = order
  const key = `${id}-${tender}-${amountCents}-${card?.ref ?? ''}-${attempts + 1}`
  const payment = { tender, amountCents, status: 'open', refunds: [] } as const
  if (tender === 'card')
    return { ...payment, refunds: [], cardRef: null, ref: await cards.authorize(key, amountCents) }
  if (!card) throw new OrderProblem('card_missing')
  const ref = await forage.create({
    idempotencyKey: key,
    tender,
    amountCents,
    card: card.ref,
    orderId: id,
    customerId: hashedCustomer(customer),
    isDelivery: fulfilment === 'delivery',
  })
  return { ...payment, refunds: [], cardRef: card.ref, ref }
}
