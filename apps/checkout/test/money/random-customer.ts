import type { Order, Split } from '../../src/merchant/api/shop-api.ts'
import { isEbt, mixed, split } from '../mixed-order.ts'
import type { Shopper } from '../shopper.ts'
import type { RandomShop } from './random-shop.ts'

export interface CustomerLife {
  random: () => number
  /** Lets a random number of other events happen first. */
  pause: () => Promise<void>
  shop: Pick<RandomShop, 'createdPayments'>
  customer: Shopper
  manager: Shopper
  /** The number of the customer's EBT card. */
  card: string
}

/** Other splits of the same order, which a customer may choose first or in another tab. */
const splits: readonly Split[] = [
  split,
  { snapCents: 429, cashCents: 0, cardCents: 1399 },
  { snapCents: 0, cashCents: 828, cardCents: 1000 },
  { snapCents: 0, cashCents: 0, cardCents: 1828 },
  { snapCents: 100, cashCents: 728, cardCents: 1000 },
]

const moments = ['prepare', 'capture', 'settle'] as const
type Moment = (typeof moments)[number]

/** A customer presses a button a few times before giving up. */
const tries = 6

/**
 * Orders groceries and pays for them, as customers do: with changed amounts, a second tab, a cancellation at any moment by
 * the customer or the store, and refunds. Returns the order's id, or undefined if not even an order was created.
 */
export async function liveThroughOrder(life: CustomerLife): Promise<string | undefined> {
  const { customer, random, card } = life
  const order = await tried(() => customer.checkOut(mixed))
  if (!order) return undefined
  const { id } = order
  const ref = await tried(() => customer.storeCard(id, card))
  if (ref === undefined || !(await tried(() => customer.chooseCard(id, ref)))) return id
  const first = pick(splits, random)
  const tabs: Promise<void>[] = []
  // Half of the customers, or the store, cancel in another tab while this tab makes such a request.
  const moment = random() < 0.5 ? pick(moments, random) : undefined
  const onRequest = (request: Moment): void => {
    if (request !== moment || random() < 0.3) return
    const canceling = cancel(life, id)
    tabs.push(random() < 0.5 ? canceling : canceling.then(() => payUnanswered(life, id, ref)))
  }
  tabs.push(pay(life, id, first, onRequest))
  if (random() < 0.25) tabs.push(pay(life, id, pick(splits, random)))
  if (random() < 0.3) tabs.push(payUnanswered(life, id, ref))
  // A tab may open another one.
  for (const tab of tabs) await tab
  // Most customers come back and pay the rest.
  if (random() < 0.7) await pay(life, id, pick([first, first, pick(splits, random)], random))
  if (random() < 0.4) await refund(life, id)
  return id
}

async function pay(
  { customer, random, pause }: CustomerLife,
  id: string,
  chosen: Split,
  onRequest: (request: Moment) => void = () => {},
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    await pause()
    onRequest('prepare')
    const order = await quietly(() => customer.prepare(id, chosen))
    if (!order) continue
    if (order.status !== 'open') return
    for (const payment of order.payments.filter((each) => isEbt(each) && each.status === 'open')) {
      if (random() < 0.3) await pause()
      onRequest('capture')
      await quietly(() => customer.capture(id, payment))
    }
    onRequest('settle')
    const settled = await quietly(() => customer.settle(id))
    if (settled && settled.status !== 'open') return
  }
}

/** Charges whatever Forage has for the order, even a payment whose answer the shop never got. */
async function payUnanswered(
  { shop, customer, random, pause }: CustomerLife,
  id: string,
  cardRef: string,
): Promise<void> {
  if (random() < 0.5) await pause()
  for (const [ref, orderId] of shop.createdPayments)
    if (orderId === id) await quietly(() => customer.capture(id, { ref, cardRef }))
}

async function cancel({ customer, manager, random, pause }: CustomerLife, id: string): Promise<void> {
  if (random() < 0.5) await pause()
  const [by, path] = random() < 0.5 ? [customer, `/api/orders/${id}`] : [manager, `/api/store/orders/${id}`]
  await tried(() => by.order('POST', `${path}/cancel`))
}

/** Refunds a part of each payment, with the same key until it has an answer. */
async function refund({ customer, manager, random }: CustomerLife, id: string): Promise<void> {
  const order: Order | undefined = await tried(() => customer.read(id))
  for (const { tender, amountCents } of order?.status === 'paid' ? order.payments : []) {
    const body = {
      tender,
      amountCents: Math.ceil(random() * amountCents),
      reason: 'Spoiled',
      key: `${tender}-1`,
    }
    await tried(() => manager.order('POST', `/api/store/orders/${id}/refunds`, body))
  }
}

/** Repeats a request until it is answered with success. */
export async function tried<T>(send: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const answer = await quietly(send)
    if (answer !== undefined) return answer
  }
  return undefined
}

async function quietly<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send()
  } catch {
    return undefined
  }
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)]!
}
