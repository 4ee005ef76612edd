import type { CartItem, CheckoutLine, Product } from '../src/merchant/shop-api.ts'

/** How many of each product, by its id. */
export type Quantities = Readonly<Record<string, number>>

/** What somebody might have come for. */
export const firstQuantities: Quantities = { bananas: 3, eggs: 1, milk: 1, rice: 2 }

/** For display: the backend prices the cart itself. */
export function cartLines(products: readonly Product[], quantities: Quantities): CheckoutLine[] {
  return products.flatMap((product) => {
    const quantity = quantities[product.id] ?? 0
    return quantity > 0 ? [{ ...product, quantity, totalCents: product.priceCents * quantity }] : []
  })
}

export function cartTotalCents(lines: readonly CheckoutLine[]): number {
  return lines.reduce((sum, { totalCents }) => sum + totalCents, 0)
}

export function cartItems(lines: readonly CheckoutLine[]): CartItem[] {
  return lines.map(({ id, quantity }) => ({ productId: id, quantity }))
}
