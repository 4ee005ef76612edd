import { randomUUID } from 'node:crypto'

import { Hono, type Context } from 'hono'

import { hashedCustomer } from '../accounts/accounts.ts'
import type { SavedCards } from '../accounts/saved-cards.ts'
import type { SignIns } from '../accounts/sign-ins.ts'
import type { CartItem, Split } from '../api/shop-api.ts'
import { bodyJson } from '../http/request-body.ts'
import { OrderProblem, shopProblem } from '../http/shop-problem.ts'
import { catalog } from '../orders/catalog.ts'
import type { OrderStore } from '../orders/order-store.ts'
import { orderView } from '../orders/order-view.ts'
import { newOrder, withCard, type OrderDocument } from '../orders/order.ts'
import { priceCart } from '../orders/prices.ts'
import type { OrderPayments } from '../payments/order-payments.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'

export interface OrderRoutesOptions {
  orders: OrderStore
  payments: OrderPayments
  forage: ForagePayments
  savedCards: SavedCards
  customers: SignIns
  now: () => number
}

/**
 * The routes of a customer's orders: create one from a cart, read it, choose a card, prepare the payments, settle them,
 * cancel. Reading an order charges nothing.
 */
export function orderRoutes(options: OrderRoutesOptions): Hono {
  const { orders, payments, customers, now } = options
  return new Hono()
    .post('/', async (c) => {
      const customer = customerOf(customers, c)
      const { items, fulfilment: given } = await bodyJson(c)
      const fulfilment = given === 'delivery' ? 'delivery' : 'pickup'
      const lines = priceCart(catalog, cartItems(items), fulfilment)
      if (!lines) return shopProblem(c, 'invalid_cart')
      const order = newOrder({ id: randomUUID(), customer, createdAt: now(), fulfilment, lines })
      orders.add(order)
      return c.json(orderView(order), 201)
    })
    .get('/:id', async (c) => c.json(orderView(await payments.read(ownOrder(options, c)))))
    .put('/:id/card', async (c) => {
      const order = ownOrder(options, c)
      const { ref } = await bodyJson(c)
      return typeof ref === 'string' && /^\w+$/.test(ref)
        ? c.json(orderView(await chooseCard(options, order, ref)))
        : shopProblem(c, 'invalid_request')
    })
    .put('/:id/payments', async (c) => {
      const order = ownOrder(options, c)
      return c.json(orderView(await payments.prepare(order, splitOf(await bodyJson(c)))))
    })
    .post('/:id/settle', async (c) => c.json(orderView(await payments.settle(ownOrder(options, c)))))
    .post('/:id/cancel', async (c) => c.json(orderView(await payments.cancel(ownOrder(options, c)))))
}

function customerOf(customers: SignIns, c: Context): string {
  const account = customers.accountOf(c.req.raw)
  if (!account) throw new OrderProblem('signed_out')
  return account.id
}

function ownOrder({ orders, customers }: OrderRoutesOptions, c: Context): OrderDocument {
  const order = orders.find(customerOf(customers, c), c.req.param('id') ?? '')
  if (!order) throw new OrderProblem('unknown_order')
  return order
}

/** Sets the order's card, if Forage says that it belongs to this customer, and saves it for later visits. */
async function chooseCard(
  { forage, orders, savedCards }: OrderRoutesOptions,
  { id, customer }: OrderDocument,
  ref: string,
): Promise<OrderDocument> {
  const card = savedCards.find(customer, ref) ?? (await forage.readCard(ref, hashedCustomer(customer)))
  if (!card) throw new OrderProblem('payment_refused')
  savedCards.save(customer, card)
  return orders.change(id, (latest) => withCard(latest, card))
}

function cartItems(items: unknown): CartItem[] {
  if (!Array.isArray(items)) return []
  return items.map((item: unknown) => {
    const { productId, quantity } = Object(item) as Record<string, unknown>
    return { productId: String(productId), quantity: Number(quantity) }
  })
}

function splitOf({ snapCents, cashCents, cardCents }: Record<string, unknown>): Split {
  return { snapCents: Number(snapCents), cashCents: Number(cashCents), cardCents: Number(cardCents) }
}
