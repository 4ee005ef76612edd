import { expect, test } from 'vitest'

import { catalog } from './catalog.ts'
import { priceCart } from './prices.ts'

test('a cart has the prices of the catalog', () => {
  const items = [
    { productId: 'bananas', quantity: 3 },
    { productId: 'milk', quantity: 1 },
  ]
  expect(priceCart(catalog, items, 'pickup')).toMatchObject([
    { name: 'Bananas', totalCents: 207, eligibility: 'ebt_snap' },
    { name: 'Whole milk', totalCents: 429 },
  ])
})

test('the deposit and the delivery are separate lines that EBT SNAP may not pay', () => {
  expect(priceCart(catalog, [{ productId: 'seltzer', quantity: 2 }], 'delivery')).toMatchObject([
    { id: 'seltzer', totalCents: 1098, eligibility: 'ebt_snap' },
    { id: 'seltzer-deposit', totalCents: 120, eligibility: 'ebt_cash' },
    { id: 'delivery', totalCents: 399, eligibility: 'ebt_cash' },
  ])
})

test.each([
  ['an empty cart', []],
  ['a cart with an unknown product', [{ productId: 'gold', quantity: 1 }]],
  ['a cart with half a product', [{ productId: 'milk', quantity: 0.5 }]],
  ['a cart with a negative quantity', [{ productId: 'milk', quantity: -1 }]],
  ['a cart with more than 20 of one product', [{ productId: 'milk', quantity: 21 }]],
  ['a cart with the same product twice', ['milk', 'milk'].map((productId) => ({ productId, quantity: 1 }))],
])('%s is invalid', (_, items) => {
  expect(priceCart(catalog, items, 'delivery')).toBeUndefined()
})
