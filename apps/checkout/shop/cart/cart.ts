import type { CartItem, Fulfilment, OrderLine, Product } from '../../src/merchant/api/shop-api.ts'

export interface Cart {
  /** The quantity of each product, by its id. */
  readonly quantities: Readonly<Record<string, number>>
  readonly fulfilment: Fulfilment
  /** The order for this cart. A change to the cart removes it. */
  readonly orderId?: string
}

/** The cart of a first visit, with some groceries so that the demo can start right away. */
export const firstCart: Cart = {
  quantities: { bananas: 3, eggs: 1, milk: 1, rice: 2 },
  fulfilment: 'pickup',
}

export const emptyCart: Cart = { quantities: {}, fulfilment: 'pickup' }

/** Returns the cart without its order, so that the next checkout creates a new one. */
export function withoutOrder({ quantities, fulfilment }: Cart): Cart {
  return { quantities, fulfilment }
}

/** Sets the order that was created from `sent`, unless the cart has changed since then. */
export function withOrder(cart: Cart, sent: Cart, orderId: string): Cart {
  return contents(cart) === contents(sent) ? { ...cart, orderId } : cart
}

function contents({ quantities, fulfilment }: Cart): string {
  const chosen = Object.entries(quantities).filter(([, quantity]) => quantity > 0)
  return JSON.stringify([fulfilment, chosen.toSorted(([one], [other]) => (one < other ? -1 : 1))])
}

export function withQuantity({ quantities, fulfilment }: Cart, productId: string, quantity: number): Cart {
  return { quantities: { ...quantities, [productId]: quantity }, fulfilment }
}

export function cartItems({ quantities }: Cart, products: readonly Product[]): CartItem[] {
  return products.flatMap(({ id }) => {
    const quantity = quantities[id] ?? 0
    return quantity > 0 ? [{ productId: id, quantity }] : []
  })
}

/** Returns the lines for display. The backend calculates the prices of the order. */
export function cartLines(cart: Cart, products: readonly Product[], deliveryFeeCents: number): OrderLine[] {
  const lines = products.flatMap((product) => productLines(product, cart.quantities[product.id] ?? 0))
  if (lines.length === 0 || cart.fulfilment === 'pickup') return lines
  const delivery = { id: 'delivery', name: 'Delivery', quantity: 1, totalCents: deliveryFeeCents }
  return [...lines, { ...delivery, eligibility: 'ebt_cash' }]
}

function productLines(
  { id, name, priceCents, eligibility, depositCents = 0 }: Product,
  quantity: number,
): OrderLine[] {
  if (quantity === 0) return []
  const line: OrderLine = { id, name, quantity, totalCents: priceCents * quantity, eligibility }
  if (depositCents === 0) return [line]
  const deposit = { id: `${id}-deposit`, name: `Deposit, ${name.toLowerCase()}`, quantity }
  return [line, { ...deposit, totalCents: depositCents * quantity, eligibility: 'ebt_cash' }]
}

/** Parses a stored cart. Replaces invalid parts, because the storage may contain anything. */
export function cartFrom(text: string | null): Cart {
  try {
    const { quantities, fulfilment, orderId } = JSON.parse(text ?? '') as Partial<Cart>
    return {
      quantities: countsOf(quantities),
      fulfilment: fulfilment === 'delivery' ? 'delivery' : 'pickup',
      ...(typeof orderId === 'string' && { orderId }),
    }
  } catch {
    return firstCart
  }
}

function countsOf(quantities: unknown): Record<string, number> {
  const entries = Object.entries(Object(quantities) as Record<string, unknown>)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => Number.isInteger(entry[1]) && Number(entry[1]) >= 0),
  )
}
