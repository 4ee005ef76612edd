import { hashedCustomer } from '../accounts/accounts.ts'
import type { OrderPayment, PaymentStatus, Split, Tender } from '../api/shop-api.ts'
import { amountsOf, isAllowed, totalsOf } from '../api/split.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import type { OrderStore } from '../orders/order-store.ts'
import {
  canceled,
  isLive,
  isOpen,
  liveCents,
  statusOf,
  withPayments,
  withStatus,
  type OrderDocument,
} from '../orders/order.ts'
import type { CardProcessor } from '../processors/card-processor.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'
import type { OrderRefunds } from '../refunds/order-refunds.ts'

export interface OrderPayments {
  /**
   * Creates the payments of this split, so that the customer can enter the PINs. Repeated and concurrent calls with the
   * same split create the same payments.
   */
  prepare(order: OrderDocument, split: Split): Promise<OrderDocument>
  /**
   * Reads the status of open payments and unfinished refunds from Forage. Charges the card on file once all benefits
   * are charged.
   */
  reconcile(order: OrderDocument): Promise<OrderDocument>
  /** Cancels the order and refunds its paid payments. */
  cancel(order: OrderDocument): Promise<OrderDocument>
}

export interface OrderPaymentsContext {
  orders: OrderStore
  forage: ForagePayments
  cards: CardProcessor
  refunds: OrderRefunds
  now: () => number
}

/** Creates the functions that prepare, follow and cancel the payments of an order. */
export function createOrderPayments(context: OrderPaymentsContext): OrderPayments {
  return {
    prepare: (order, split) => prepare(context, order, split),
    reconcile: async (order) => context.refunds.finish(await reconcile(context, order)),
    cancel: (order) => cancel(context, order),
  }
}

async function prepare(
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

/** Cancels the payments, so that no other tab and no late request can charge them. Throws if one is paid. */
async function cancelPayments(
  { forage, cards, orders }: OrderPaymentsContext,
  { id }: OrderDocument,
  payments: readonly OrderPayment[],
): Promise<void> {
  for (const { tender, ref, status } of payments) {
    if (status === 'paid') throw new OrderProblem('partly_paid')
    if (tender === 'card') await cards.release(ref)
    // If Forage cannot cancel the payment, it was charged at this moment or has expired.
    else if (!(await forage.cancel(ref))) assertNotChargeable(await forage.statusOf(ref))
    orders.change(id, (latest) => withStatus(latest, ref, 'canceled'))
  }
}

function assertNotChargeable(status: PaymentStatus): void {
  if (status === 'processing') throw new OrderProblem('payment_processing')
  if (status === 'open' || status === 'paid') throw new OrderProblem('partly_paid')
}

async function reconcile(context: OrderPaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  const { forage, orders } = context
  let current = order
  for (const { tender, ref, status } of order.payments.filter(isOpen)) {
    if (tender === 'card') continue
    const found = await forage.statusOf(ref)
    if (found !== status) current = orders.change(order.id, (latest) => withStatus(latest, ref, found))
  }
  return await chargeCard(context, current)
}

/** Charges the card on file last, so that a declined benefit costs the customer nothing. */
async function chargeCard(
  { cards, orders }: OrderPaymentsContext,
  order: OrderDocument,
): Promise<OrderDocument> {
  const live = order.payments.filter(isLive)
  const held = live.find(({ tender, status }) => tender === 'card' && status === 'open')
  const isLast = live.every((payment) => payment === held || payment.status === 'paid')
  if (!held || !isLast || liveCents(order) !== totalsOf(order.lines).totalCents) return order
  await cards.capture(held.ref)
  return orders.change(order.id, (latest) => withStatus(latest, held.ref, 'paid'))
}

async function cancel(context: OrderPaymentsContext, given: OrderDocument): Promise<OrderDocument> {
  const order = await reconcile(context, given)
  if (statusOf(order) !== 'open') throw new OrderProblem('order_is_over')
  await cancelPayments(context, order, order.payments.filter(isOpen))
  const ended = context.orders.change(order.id, (latest) => canceled(latest, context.now()))
  // If another tab prepared or paid something in the meantime, the order is not canceled yet: try again.
  return ended.isCanceled ? await context.refunds.finish(ended) : await cancel(context, ended)
}
