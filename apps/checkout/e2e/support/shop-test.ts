import type { ServerClock } from '@forage-session/server'
import { test as base } from '@playwright/test'

import { startCheckout, type RunningCheckout } from '../../src/checkout-app.ts'
import { forageLine, type ForageLine } from '../../test/forage-line.ts'
import type { Customer } from './customer.ts'
import { openGate, type Gate } from './gate.ts'
import { pageCustomer } from './page-customer.ts'

export interface ShopFixtures {
  /** The shop's port. 0 uses a free port, so that tests can run at the same time. */
  port: number
  /** The time by which the backend's clock is ahead. */
  later: { ms: number }
  /** The connection from the backend to Forage. */
  line: ForageLine
  /** The test's own shop, backend and emulator. */
  shop: RunningCheckout
  /** The proxy in front of the shop. The customer uses its URL. */
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

/** Returns a clock that is ahead by a time that tests can change. */
export function clockAhead(by: { readonly ms: number }): ServerClock {
  return {
    now: () => Date.now() + by.ms,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  }
}

export type ShopTest = typeof test
