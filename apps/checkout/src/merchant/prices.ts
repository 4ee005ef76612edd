import type { CartItem, CheckoutLine, Product } from './shop-api.ts'

export interface PricedCart {
  lines: CheckoutLine[]
  totalCents: number
}

const maxQuantity = 20

/** Prices come from here, never from the browser. Undefined: nothing in it, or something that is not sold. */
export function priceCart(products: readonly Product[], items: readonly CartItem[]): PricedCart | undefined {
  const lines: CheckoutLine[] = []
  for (const { productId, quantity } of items) {
    const product = products.find(({ id }) => id === productId)
    if (!product || !isQuantity(quantity) || lines.some(({ id }) => id === productId)) return undefined
    lines.push({ ...product, quantity, totalCents: product.priceCents * quantity })
  }
  const totalCents = lines.reduce((sum, line) => sum + line.totalCents, 0)
  return lines.length > 0 ? { lines, totalCents } : undefined
}

function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= maxQuantity
}

/** The decimal string of Forage's amounts. */
export function decimalAmount(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}
