import { expect, test } from 'vitest'

import { routeOf } from './route.ts'

test.each([
  ['/', { page: 'cart' }],
  ['/?sign-in', { page: 'sign-in' }],
  ['/orders/4f1d-a2', { page: 'order', orderId: '4f1d-a2' }],
  ['/orders/4f1d-a2/?from=mail', { page: 'order', orderId: '4f1d-a2' }],
  ['/orders/', { page: 'cart' }],
])('%s leads where it says', (address, route) => {
  expect(routeOf(new URL(address, 'https://shop.example'))).toEqual(route)
})
