import type { NewOrder, OrderPayment, Split } from '../src/merchant/api/shop-api.ts'

/** An order of $4.29 for EBT SNAP, $3.99 for EBT Cash and $10.00 for neither. */
export const mixed: NewOrder = {
  items: ['milk', 'soap', 'gift-card'].map((productId) => ({ productId, quantity: 1 })),
  fulfilment: 'pickup',
}

/** The split of that order that uses each benefit as far as possible. */
export const split: Split = { snapCents: 429, cashCents: 399, cardCents: 1000 }

export function isEbt({ tender }: OrderPayment): boolean {
  return tender !== 'card'
}
