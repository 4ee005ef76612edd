import type { EmulatorControl } from '@forage-session/emulator'
import type { Authorize, ForageServer } from '@forage-session/server'
import { Hono } from 'hono'
import { csrf } from 'hono/csrf'

import { checkoutRoutes } from './checkout-routes.ts'
import type { CheckoutStore } from './checkouts.ts'
import { createCustomerCookie, type CustomerCookie } from './customer-cookie.ts'
import { demoRoutes } from './demo-routes.ts'
import { createPayments } from './payments.ts'
import { noStore, securityHeaders } from './security-headers.ts'
import type { ShopConfig } from './shop-api.ts'

export interface MerchantAppOptions {
  forage: ForageServer
  config: ShopConfig
  /** The merchant's database. */
  checkouts: CheckoutStore
  /** Signs the customers' cookie. */
  cookieKey: string
  /** Of the emulator, where there is one. */
  control: EmulatorControl | undefined
}

/** The merchant's backend. The shop's own files are served by whoever mounts this. */
export function createMerchantApp(options: MerchantAppOptions): Hono {
  const { forage, config, checkouts, cookieKey, control } = options
  const { merchantAccount } = config
  const customers = createCustomerCookie(cookieKey)
  const payments = createPayments(forage, merchantAccount)
  const authorize = ownCheckout(customers, checkouts, merchantAccount)
  const sessionToken = forage.sessionTokenHandler({ authorize })

  const app = new Hono()
  app.use('*', securityHeaders(config))
  app.use('/api/*', noStore(), csrf())
  app.get('/api/config', (c) => c.json(config))
  app.all('/api/forage/session-token', (c) => sessionToken(c.req.raw))
  app.route('/api/checkouts', checkoutRoutes({ checkouts, customers, payments }))
  if (control) app.route('/api/demo', demoRoutes(control))
  return app
}

/** A session token is for a checkout of the customer whose cookie came with the request. */
function ownCheckout(
  customers: CustomerCookie,
  checkouts: CheckoutStore,
  merchantAccount: string,
): Authorize {
  return async (request, { checkoutId = '' }) => {
    const checkout = checkouts.find(await customers.read(request), checkoutId)
    return checkout ? { subject: checkout.customer, checkoutId: checkout.id, merchantAccount } : null
  }
}
