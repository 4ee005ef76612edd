import { randomUUID } from 'node:crypto'

import type { PricedCart } from './prices.ts'

export type CheckoutPaymentState =
  | { status: 'none' }
  | { status: 'open'; paymentMethodRef: string; paymentRef: string; attempt: number }
  | { status: 'paid'; paymentRef: string }

/** An order on its way to being paid, as the merchant knows it. */
export interface StoredCheckout extends PricedCart {
  readonly id: string
  /** The customer it belongs to. */
  readonly customer: string
  payment: CheckoutPaymentState
}

export interface CheckoutStore {
  add(customer: string, cart: PricedCart): StoredCheckout
  /** Only the customer's own: somebody else's is as unknown as none. */
  find(customer: string | undefined, id: string): StoredCheckout | undefined
}

/** In memory: a restart forgets every checkout, and no payment. */
export function createCheckoutStore(): CheckoutStore {
  const checkouts = new Map<string, StoredCheckout>()
  return {
    add(customer, cart) {
      const checkout: StoredCheckout = { ...cart, id: randomUUID(), customer, payment: { status: 'none' } }
      checkouts.set(checkout.id, checkout)
      return checkout
    },
    find(customer, id) {
      const found = checkouts.get(id)
      return found && found.customer === customer ? found : undefined
    },
  }
}
