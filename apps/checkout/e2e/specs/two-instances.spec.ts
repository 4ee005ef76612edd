import { randomBytes } from 'node:crypto'

import { redisStore } from '@forage-session/server/redis'
import { expect } from '@playwright/test'
import { createClient } from 'redis'

import { hasRedis, RedisServer } from '../../../../packages/server/test/redis/redis-server.ts'
import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { startCheckout } from '../../src/checkout-app.ts'
import { goToBalance, pin, total } from '../support/checkout-path.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import { pageCustomer } from '../support/page-customer.ts'
import { clockAhead, test as base } from '../support/shop-test.ts'

/** Starts two instances of the backend that share one Redis. */
const test = base.extend({
  shop: async ({ later }, use) => {
    await using redis = await RedisServer.start()
    const clients = await Promise.all(
      [0, 1].map(() => createClient({ url: `redis://127.0.0.1:${redis.port}` }).connect()),
    )
    const keys = { current: 'first', first: randomBytes(32).toString('base64') }
    // The long timeout keeps a busy machine from looking like a Redis that is down.
    const options = { keys, timeoutMs: 20_000 }
    const instances = clients.map((client) => ({
      store: redisStore(client, options),
      clock: clockAhead(later),
    }))
    const shop = await startCheckout({ port: 0, emulatorPort: 0, instances })
    await use(shop)
    await shop.close()
    for (const client of clients) client.destroy()
  },
  customer: async ({ page, shop }, use) => use(pageCustomer(page, shop.url)),
})

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
test.skip(!hasRedis, 'redis-server is not installed.')

test('if the authentication token of two instances is revoked during a payment, the customer sees no error and is charged once', async ({
  customer,
  later,
  shop,
}) => {
  const { control } = shop.emulator!.emulator
  await goToBalance(customer)
  await watchErrors(customer)
  expect(control.revokeAuthenticationTokens()).toBe(1)
  // The backend does not replace a token that Forage refuses within 10 seconds of its issue.
  later.ms = 11_000
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await customer.press(`Pay ${total} with EBT SNAP`)
  await customer.sees('Thank you, your order is paid')
  await expectNoErrors(customer)
  const { authenticationTokens, captures } = control.counts()
  expect({ authenticationTokens, captures }).toEqual({ authenticationTokens: 2, captures: 1 })
})
