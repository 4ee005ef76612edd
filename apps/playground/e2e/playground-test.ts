import { test as base } from '@playwright/test'

import type { Customer } from '../../checkout/e2e/support/customer.ts'
import { pageCustomer } from '../../checkout/e2e/support/page-customer.ts'
import { serveSite, type StaticSite } from './static-site.ts'

interface PlaygroundFixtures {
  readonly site: StaticSite
  /** A visitor who has opened the playground. */
  readonly visitor: Customer
}

export const test = base.extend<PlaygroundFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it that nothing is needed.
  site: async ({}, use) => {
    const site = await serveSite()
    await use(site)
    await site.close()
  },
  visitor: async ({ page, site }, use) => {
    const visitor = pageCustomer(page, site.url)
    await visitor.open()
    await use(visitor)
  },
})

export type PlaygroundTest = typeof test
