import { expect, test } from 'vitest'

import { catalogue } from './catalog.ts'
import { decimalAmount, priceCart } from './prices.ts'

test('a cart costs what the catalogue says', () => {
  const items = [
    { productId: 'bananas', quantity: 3 },
    { productId: 'milk', quantity: 1 },
  ]
  expect(priceCart(catalogue, items, 'pickup')).toMatchObject([
    { name: 'Bananas', totalCents: 207, eligibility: 'ebt_snap' },
    { name: 'Whole milk', totalCents: 429 },
  ])
})

test('a deposit and the delivery are lines of their own, which EBT SNAP does not pay', () => {
  expect(priceCart(catalogue, [{ productId: 'seltzer', quantity: 2 }], 'delivery')).toMatchObject([
    { id: 'seltzer', totalCents: 1098, eligibility: 'ebt_snap' },
    { id: 'seltzer-deposit', totalCents: 120, eligibility: 'ebt_cash' },
    { id: 'delivery', totalCents: 399, eligibility: 'ebt_cash' },
  ])
})

test.each([
  ['an empty cart', []],
  ['something that is not sold', [{ productId: 'gold', quantity: 1 }]],
  ['a part of a thing', [{ productId: 'milk', quantity: 0.5 }]],
  ['less than nothing', [{ productId: 'milk', quantity: -1 }]],
  ['more than a household buys', [{ productId: 'milk', quantity: 21 }]],
  ['the same thing twice', ['milk', 'milk'].map((productId) => ({ productId, quantity: 1 }))],
])('%s has no price', (_, items) => {
  expect(priceCart(catalogue, items, 'delivery')).toBeUndefined()
})

test('amounts are decimals with two places', () => {
  expect([5, 100, 1234].map(decimalAmount)).toEqual(['0.05', '1.00', '12.34'])
})
