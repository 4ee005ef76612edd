import { randomBytes } from 'node:crypto'

import type { ServerClock } from '@forage-session/server'
import { redisStore } from '@forage-session/server/redis'
import { expect } from '@playwright/test'
import { createClient } from 'redis'

import { hasRedis, RedisServer } from '../../../../packages/server/test/redis/redis-server.ts'
import { availableEngines } from '../../../../scripts/browsers.ts'
import { startCheckout } from '../../src/checkout-app.ts'
import { goToBalance, pin, total } from '../support/checkout-path.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import { pageCustomer } from '../support/page-customer.ts'
import { test as base } from '../support/shop-test.ts'

let laterMs = 0
/** A token that is refused within its first ten seconds is not replaced: that would only make more of them. */
const laterClock: ServerClock = {
  now: () => Date.now() + laterMs,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}

/** Two instances of the backend behind one Redis. */
const test = base.extend({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it that nothing is needed.
  shop: async ({}, use) => {
    await using redis = await RedisServer.start()
    const clients = await Promise.all(
      [0, 1].map(() => createClient({ url: `redis://127.0.0.1:${redis.port}` }).connect()),
    )
    const keys = { current: 'first', first: randomBytes(32).toString('base64') }
    // On a busy machine a slow answer is not a Redis that is down.
    const options = { keys, timeoutMs: 20_000 }
    const instances = clients.map((client) => ({ store: redisStore(client, options), clock: laterClock }))
    const shop = await startCheckout({ port: 0, emulatorPort: 0, instances })
    await use(shop)
    await shop.close()
    for (const client of clients) client.destroy()
  },
  customer: async ({ page, shop }, use) => use(pageCustomer(page, shop.url)),
})

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
test.skip(!hasRedis, 'redis-server is not installed.')

test('the authentication token is revoked in the middle of a payment: one charge, and the customer sees nothing', async ({
  customer,
  shop,
}) => {
  const { control } = shop.emulator!.emulator
  await goToBalance(customer)
  await watchErrors(customer)
  expect(control.revokeAuthenticationTokens()).toBe(1)
  laterMs += 11_000
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await customer.press(`Pay ${total} with EBT SNAP`)
  await customer.sees('Thank you, your order is paid')
  await expectNoErrors(customer)
  const { authenticationTokens, captures } = control.counts()
  expect({ authenticationTokens, captures }).toEqual({ authenticationTokens: 2, captures: 1 })
})
