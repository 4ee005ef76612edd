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
  /** The payments of this split, ready for their PINs. Asked for twice, also at once, they are the same. */
  prepare(order: OrderDocument, split: Split): Promise<OrderDocument>
  /**
   * What Forage knows of the payments that are open and of the refunds that are not over; the card is charged when the
   * benefits have been.
   */
  settle(order: OrderDocument): Promise<OrderDocument>
  /** Gives back what was paid, and ends the order. */
  cancel(order: OrderDocument): Promise<OrderDocument>
}

export interface OrderPaymentsContext {
  orders: OrderStore
  forage: ForagePayments
  cards: CardProcessor
  refunds: OrderRefunds
  now: () => number
}

export function createOrderPayments(context: OrderPaymentsContext): OrderPayments {
  return {
    prepare: (order, split) => prepare(context, order, split),
    settle: async (order) => context.refunds.finish(await settle(context, order)),
    cancel: (order) => cancel(context, order),
  }
}

async function prepare(
  context: OrderPaymentsContext,
  given: OrderDocument,
  split: Split,
): Promise<OrderDocument> {
  if (!isAllowed(totalsOf(given.lines), split)) throw new OrderProblem('invalid_split')
  const order = await settle(context, given)
  if (statusOf(order) !== 'open') return order
  const wanted = amountsOf(split)
  const current = order.payments.filter(isLive)
  const fits = (payment: OrderPayment): boolean => isWanted(payment, wanted, order)
  await giveUp(
    context,
    order,
    current.filter((payment) => !fits(payment)),
  )
  const missing = wanted.filter(
    ([tender]) => !current.some((payment) => payment.tender === tender && fits(payment)),
  )
  const added = await Promise.all(missing.map(([tender, cents]) => addPayment(context, order, tender, cents)))
  return settle(context, await keep(context, order, added))
}

/** What is prepared for an order that was canceled meanwhile, or prepared otherwise by another tab, is given up. */
async function keep(
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
  await giveUp(context, order, added)
  return context.orders.get(id) ?? order
}

/** What is paid counts whichever card paid it; what is open has to be the chosen card's. */
function isWanted(
  { tender, amountCents, cardRef, status }: OrderPayment,
  wanted: readonly [Tender, number][],
  { card }: OrderDocument,
): boolean {
  const isAmount = wanted.some(([name, cents]) => name === tender && cents === amountCents)
  return isAmount && (status === 'paid' || tender === 'card' || cardRef === card?.ref)
}

/** The amount and the card are part of the key: another split is another payment, and the same is the same. */
async function addPayment(
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

/** Nothing that is given up can be charged later, by another tab or a request that was late. */
async function giveUp(
  { forage, cards, orders }: OrderPaymentsContext,
  { id }: OrderDocument,
  payments: readonly OrderPayment[],
): Promise<void> {
  for (const { tender, ref, status } of payments) {
    if (status === 'paid') throw new OrderProblem('partly_paid')
    if (tender === 'card') await cards.release(ref)
    // It cannot be canceled: charged this very moment, or its time is over.
    else if (!(await forage.cancel(ref))) assertOver(await forage.statusOf(ref))
    orders.change(id, (latest) => withStatus(latest, ref, 'canceled'))
  }
}

function assertOver(status: PaymentStatus): void {
  if (status === 'processing') throw new OrderProblem('payment_processing')
  if (status === 'open' || status === 'paid') throw new OrderProblem('partly_paid')
}

async function settle(context: OrderPaymentsContext, order: OrderDocument): Promise<OrderDocument> {
  const { forage, orders } = context
  let settled = order
  for (const { tender, ref, status } of order.payments.filter(isOpen)) {
    if (tender === 'card') continue
    const found = await forage.statusOf(ref)
    if (found !== status) settled = orders.change(order.id, (latest) => withStatus(latest, ref, found))
  }
  return await chargeCard(context, settled)
}

/** The shop's own card is charged last: a benefit that does not go through costs the customer nothing. */
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
  const order = await settle(context, given)
  if (statusOf(order) !== 'open') throw new OrderProblem('order_is_over')
  await giveUp(context, order, order.payments.filter(isOpen))
  const ended = context.orders.change(order.id, (latest) => canceled(latest, context.now()))
  // Not if another tab prepared or paid something meanwhile.
  return ended.isCanceled ? await context.refunds.finish(ended) : await cancel(context, ended)
}
