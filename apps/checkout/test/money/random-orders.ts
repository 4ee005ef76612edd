import { createOrderStore } from '../../src/merchant/orders/order-store.ts'
import { statusOf } from '../../src/merchant/orders/order.ts'
import type { Shopper } from '../shopper.ts'
import { cardBook, disagreements, forageBook } from './books.ts'
import { lossyNetwork, type LossyNetwork } from './lossy-network.ts'
import { liveThroughOrder, tried } from './random-customer.ts'
import { shoppers, startRandomShop, type RandomShop } from './random-shop.ts'

export interface RandomOrdersPlan {
  seed: number
  orders: number
  /** The number of customers who order at the same time. */
  atOnce: number
  /** The part of all calls that is lost or late, from 0 to 1. */
  troubled: number
}

export interface RandomOrders {
  /** One sentence for each disagreement between the books. */
  readonly disagreements: readonly string[]
  readonly statuses: Readonly<Record<'open' | 'paid' | 'canceled', number>>
  /** The cents that canceled orders were charged and got back. */
  readonly refundedByCancelCents: number
  readonly calls: LossyNetwork['counts']
}

/**
 * Lets customers order over a network that loses and delays calls between all parties, then compares the books of the
 * shop, the card processor and Forage.
 */
export async function runRandomOrders({
  seed,
  orders,
  atOnce,
  troubled,
}: RandomOrdersPlan): Promise<RandomOrders> {
  const random = seededRandom(seed)
  const network = lossyNetwork({ random, troubled })
  await using shop = startRandomShop(network)
  let started = 0
  const customers = Array.from({ length: atOnce }, async (_, index) => {
    const customer = await signedIn(() => shop.signIn(shoppers[index % shoppers.length]!))
    const manager = await signedIn(() => shop.signIn('store', '/api/store/account'))
    while (started < orders) {
      const card = `9999${String((started += 1)).padStart(12, '0')}`
      await liveThroughOrder({ random, pause: network.pause, shop, customer, manager, card })
    }
  })
  await Promise.all(customers)
  await comeToRest(shop, network)
  return await compared(shop, network)
}

async function signedIn(signIn: () => Promise<Shopper>): Promise<Shopper> {
  return (await tried(signIn)) ?? (await signedIn(signIn))
}

/** Waits until every call has arrived, finishes the orders, and lets each customer read their orders again. */
async function comeToRest(shop: RandomShop, network: LossyNetwork): Promise<void> {
  await network.calm()
  shop.ignoreWebhooks()
  await network.calm()
  await shop.finishOrders()
  for (const account of shoppers) {
    const customer = await shop.signIn(account)
    const own = createOrderStore(shop.database).list(-1)
    for (const { id } of own.filter((order) => order.customer === account)) await customer.read(id)
  }
}

async function compared(shop: RandomShop, network: LossyNetwork): Promise<RandomOrders> {
  const store = createOrderStore(shop.database)
  const booked = [...cardBook(shop.database)]
  for (const ref of shop.createdPayments.keys()) booked.push(await forageBook(shop.readForage, ref))
  const statuses = { open: 0, paid: 0, canceled: 0 }
  const found = store.unfinished().map(({ id }) => `${id} is not finished`)
  let refundedByCancelCents = 0
  for (const order of store.list(-1)) {
    statuses[statusOf(order)] += 1
    const own = booked.filter(({ orderId }) => orderId === order.id)
    found.push(...disagreements(order, own))
    if (order.isCanceled) for (const { refundedCents } of own) refundedByCancelCents += refundedCents
  }
  return { disagreements: found, statuses, refundedByCancelCents, calls: network.counts }
}

/** Returns a generator of numbers in [0, 1) (Mulberry32). The same seed gives the same numbers. */
function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
