import type { ServerClock } from '@forage-session/server'
import { test as base } from '@playwright/test'

import { startCheckout, type RunningCheckout } from '../../src/checkout-app.ts'
import { forageLine, type ForageLine } from '../../test/forage-line.ts'
import type { Customer } from './customer.ts'
import { openGate, type Gate } from './gate.ts'
import { pageCustomer } from './page-customer.ts'

export interface ShopFixtures {
  /** Of the shop; 0: a free one, so that tests do not meet. */
  port: number
  /** The backend's clock is ahead by this. */
  later: { ms: number }
  /** The backend's way to Forage. */
  line: ForageLine
  /** A shop, a backend and an emulator of the test's own. */
  shop: RunningCheckout
  /** In front of the shop, and where the customer finds it. */
  gate: Gate
  customer: Customer
}

export const test = base.extend<ShopFixtures>({
  port: [0, { option: true }],
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it that nothing is needed.
  later: async ({}, use) => use({ ms: 0 }),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it that nothing is needed.
  line: async ({}, use) => use(forageLine()),
  shop: async ({ port, later, line }, use) => {
    const instances = [{ clock: clockAhead(later), fetch: line.fetch }]
    const shop = await startCheckout({ port, emulatorPort: 0, instances })
    await use(shop)
    await shop.close()
  },
  gate: async ({ shop }, use) => {
    const gate = await openGate(shop.url)
    await use(gate)
    await gate.close()
  },
  customer: async ({ page, gate }, use) => use(pageCustomer(page, gate.url)),
})

function clockAhead(by: { readonly ms: number }): ServerClock {
  return {
    now: () => Date.now() + by.ms,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  }
}

export type ShopTest = typeof test
