import { expect, test } from 'vitest'

import { pageAt } from './shop-build.ts'

test.each([
  ['/orders/4f1d-a2', '/index.html'],
  ['/orders/4f1d-a2/', '/index.html'],
  ['/store', '/store.html'],
  ['/', '/'],
  ['/index.html', '/index.html'],
  ['/assets/index.js', '/assets/index.js'],
  ['/nowhere', '/nowhere'],
])('%s is the file %s', (address, file) => {
  expect(pageAt(address)).toBe(file)
})
