import { expect, test } from 'vitest'

import { catalog, deliveryFeeCents } from '../../src/merchant/orders/catalog.ts'
import { priceCart } from '../../src/merchant/orders/prices.ts'
import { cartFrom, cartItems, cartLines, firstCart, withOrder, withQuantity, type Cart } from './cart.ts'

test.each(['pickup', 'delivery'] as const)(
  'the cart shows the same lines as the backend (%s)',
  (fulfilment) => {
    const cart: Cart = { quantities: { milk: 2, seltzer: 1, soap: 0, 'gift-card': 1 }, fulfilment }
    const items = cartItems(cart, catalog)
    expect(cartLines(cart, catalog, deliveryFeeCents)).toEqual(priceCart(catalog, items, fulfilment))
  },
)

test('an empty cart has no delivery fee', () => {
  expect(cartLines({ quantities: {}, fulfilment: 'delivery' }, catalog, deliveryFeeCents)).toEqual([])
})

test('a change to the cart removes its order', () => {
  expect(withQuantity({ ...firstCart, orderId: 'o1' }, 'milk', 2)).not.toHaveProperty('orderId')
})

test('a new order is set on the cart only if the cart has not changed in the meantime', () => {
  const emptied = withQuantity(withQuantity(firstCart, 'soap', 1), 'soap', 0)
  expect(withOrder(emptied, firstCart, 'o1')).toHaveProperty('orderId', 'o1')
  const changed: Cart[] = [withQuantity(firstCart, 'soap', 1), { ...firstCart, fulfilment: 'delivery' }]
  for (const cart of changed) expect(withOrder(cart, firstCart, 'o1')).toEqual(cart)
})

test.each([null, '', 'no cart', '[]', '{"quantities":{"milk":"many","rice":-1}}'])(
  'reading a cart from invalid storage never fails: %j',
  (text) => {
    const { quantities, fulfilment } = cartFrom(text)
    expect(fulfilment).toBe('pickup')
    expect(Object.values(quantities).every((count) => count >= 0)).toBe(true)
  },
)

test('a stored cart is read back unchanged', () => {
  const cart: Cart = { quantities: { milk: 2 }, fulfilment: 'delivery', orderId: 'o1' }
  expect(cartFrom(JSON.stringify(cart))).toEqual(cart)
})
