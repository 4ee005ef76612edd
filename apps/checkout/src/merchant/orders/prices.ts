import type { CartItem, Fulfilment, OrderLine, Product } from '../api/shop-api.ts'
import { deliveryFeeCents } from './catalog.ts'

const maxQuantity = 20

/**
 * Returns the order's lines with the catalog's prices, never the browser's. Returns undefined if the cart is empty, or
 * has an unknown product, a repeated product or an invalid quantity.
 */
export function priceCart(
  products: readonly Product[],
  items: readonly CartItem[],
  fulfilment: Fulfilment,
): OrderLine[] | undefined {
  const lines: OrderLine[] = []
  for (const { productId, quantity } of items) {
    const product = products.find(({ id }) => id === productId)
    if (!product || !isQuantity(quantity) || lines.some(({ id }) => id === productId)) return undefined
    lines.push(...productLines(product, quantity))
  }
  if (lines.length === 0) return undefined
  return fulfilment === 'delivery' ? [...lines, deliveryLine] : lines
}

function productLines(
  { id, name, eligibility, priceCents, depositCents = 0 }: Product,
  quantity: number,
): OrderLine[] {
  const line: OrderLine = { id, name, quantity, totalCents: priceCents * quantity, eligibility }
  if (depositCents === 0) return [line]
  const deposit = {
    id: `${id}-deposit`,
    name: `Deposit, ${name.toLowerCase()}`,
    totalCents: depositCents * quantity,
  }
  return [line, { ...deposit, quantity, eligibility: 'ebt_cash' }]
}

const deliveryLine: OrderLine = {
  id: 'delivery',
  name: 'Delivery',
  quantity: 1,
  totalCents: deliveryFeeCents,
  eligibility: 'ebt_cash',
}

function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= maxQuantity
}
