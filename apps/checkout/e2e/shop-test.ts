import { test as base } from '@playwright/test'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import type { Customer } from './customer.ts'
import { pageCustomer } from './page-customer.ts'

export interface ShopFixtures {
  /** Of the shop; 0: a free one, so that tests do not meet. */
  port: number
  /** A shop, a backend and an emulator of the test's own. */
  shop: RunningCheckout
  customer: Customer
}

export const test = base.extend<ShopFixtures>({
  port: [0, { option: true }],
  shop: async ({ port }, use) => {
    const shop = await startCheckout({ port, emulatorPort: 0 })
    await use(shop)
    await shop.close()
  },
  customer: async ({ page, shop }, use) => use(pageCustomer(page, shop.url)),
})

export type ShopTest = typeof test
