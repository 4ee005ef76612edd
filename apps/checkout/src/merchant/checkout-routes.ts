import { Hono, type Context } from 'hono'

import { catalogue } from './catalogue.ts'
import type { CheckoutStore, StoredCheckout } from './checkouts.ts'
import { hashedCustomer, type CustomerCookie } from './customer-cookie.ts'
import { PaymentRefusedError, type Payments } from './payments.ts'
import { priceCart } from './prices.ts'
import type { CartItem, Checkout } from './shop-api.ts'
import { shopProblem } from './shop-problem.ts'

export interface CheckoutRoutesOptions {
  checkouts: CheckoutStore
  customers: CustomerCookie
  payments: Payments
}

/** `POST /` makes a checkout of a cart; `POST /:id/payment` its payment for a card. */
export function checkoutRoutes({ checkouts, customers, payments }: CheckoutRoutesOptions): Hono {
  return new Hono()
    .post('/', async (c) => {
      const cart = priceCart(catalogue, cartItems(await jsonBody(c)))
      if (!cart) return shopProblem(c, 'invalid_cart')
      return c.json(view(checkouts.add(await customers.readOrCreate(c), cart)), 201)
    })
    .post('/:id/payment', async (c) => {
      const checkout = checkouts.find(await customers.read(c.req.raw), c.req.param('id'))
      if (!checkout) return shopProblem(c, 'unknown_checkout')
      const { payment_method: ref } = await jsonBody(c)
      if (typeof ref !== 'string' || !/^\w+$/.test(ref)) return shopProblem(c, 'invalid_request')
      return preparePayment(c, payments, checkout, ref)
    })
}

async function preparePayment(
  c: Context,
  payments: Payments,
  checkout: StoredCheckout,
  paymentMethodRef: string,
): Promise<Response> {
  try {
    return c.json(await payments.prepare(checkout, paymentMethodRef))
  } catch (error) {
    const refused = error instanceof PaymentRefusedError
    return shopProblem(c, refused ? 'payment_refused' : 'payment_unavailable')
  }
}

async function jsonBody(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

function cartItems({ items }: Record<string, unknown>): CartItem[] {
  if (!Array.isArray(items)) return []
  return items.map((item: unknown) => {
    const { productId, quantity } = (item ?? {}) as Record<string, unknown>
    return { productId: String(productId), quantity: Number(quantity) }
  })
}

function view({ id, customer, lines, totalCents }: StoredCheckout): Checkout {
  return { id, customerId: hashedCustomer(customer), lines, totalCents }
}
