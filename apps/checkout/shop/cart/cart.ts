import type { CartItem, Fulfilment, OrderLine, Product } from '../../src/merchant/api/shop-api.ts'

export interface Cart {
  /** How many of each product, by its id. */
  readonly quantities: Readonly<Record<string, number>>
  readonly fulfilment: Fulfilment
  /** The order that was made of it, as long as nothing in it was changed. */
  readonly orderId?: string
}

/** What somebody might have come for. */
export const firstCart: Cart = {
  quantities: { bananas: 3, eggs: 1, milk: 1, rice: 2 },
  fulfilment: 'pickup',
}

export const emptyCart: Cart = { quantities: {}, fulfilment: 'pickup' }

/** Another order is made of it the next time. */
export function withoutOrder({ quantities, fulfilment }: Cart): Cart {
  return { quantities, fulfilment }
}

/** The order was made of `sent`. A cart that was changed since has none: it is another one. */
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

/** For display: the backend prices the cart itself. */
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

/** From storage, where anything may be. */
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
