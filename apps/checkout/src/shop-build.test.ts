import { expect, test } from 'vitest'

import { pageAt } from './shop-build.ts'

/** The second column is the file that the server sends. */
test.each([
  ['/orders/4f1d-a2', '/index.html'],
  ['/orders/4f1d-a2/', '/index.html'],
  ['/orders/4f1d-a2/pay-snap', '/index.html'],
  ['/orders/4f1d-a2/card/', '/index.html'],
  ['/store', '/store.html'],
  ['/', '/'],
  ['/index.html', '/index.html'],
  ['/assets/index.js', '/assets/index.js'],
  ['/nowhere', '/nowhere'],
])('the path %s is served from %s', (path, file) => {
  expect(pageAt(path)).toBe(file)
})
