import { expect, test } from 'vitest'

import { routeOf } from './route.ts'

test.each([
  ['/', { page: 'cart' }],
  ['/?sign-in', { page: 'sign-in' }],
  ['/orders/4f1d-a2', { page: 'order', orderId: '4f1d-a2' }],
  ['/orders/4f1d-a2/?from=mail', { page: 'order', orderId: '4f1d-a2' }],
  ['/orders/4f1d-a2/pay-snap', { page: 'order', orderId: '4f1d-a2', step: 'pay-snap' }],
  ['/orders/4f1d-a2/card/', { page: 'order', orderId: '4f1d-a2', step: 'card' }],
  ['/orders/4f1d-a2/card/more', { page: 'cart' }],
  ['/orders/', { page: 'cart' }],
])('the path %s opens its page', (path, route) => {
  expect(routeOf(new URL(path, 'https://shop.example'))).toEqual(route)
})
