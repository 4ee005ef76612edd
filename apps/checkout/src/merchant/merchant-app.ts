import type { DatabaseSync } from 'node:sqlite'

import type { Authorize, ForageServer, SessionTokenHandlerOptions } from '@forage-session/server'
import { Hono, type Context } from 'hono'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'

import { customers as customerAccounts, staff as staffAccounts } from './accounts/accounts.ts'
import { createSavedCards } from './accounts/saved-cards.ts'
import { createSignIns, type SignIns } from './accounts/sign-ins.ts'
import type { Account, ShopConfig } from './api/shop-api.ts'
import type { Demo } from './demo/demo-stream.ts'
import { createFaultLog } from './fault-log.ts'
import { loopbackOnly } from './http/loopback-only.ts'
import { noStore, securityHeaders } from './http/security-headers.ts'
import { OrderProblem, shopProblem } from './http/shop-problem.ts'
import { createOrderStore, type OrderStore } from './orders/order-store.ts'
import { createOrderPayments } from './payments/order-payments.ts'
import { createCardProcessor, type CardProcessor } from './processors/card-processor.ts'
import { createForagePayments, isRefusedForGood } from './processors/forage-payments.ts'
import { createOrderRefunds } from './refunds/order-refunds.ts'
import { accountRoutes, cardRoutes } from './routes/account-routes.ts'
import { demoRoutes } from './routes/demo-routes.ts'
import { orderRoutes } from './routes/order-routes.ts'
import { storeRoutes } from './routes/store-routes.ts'
import { webhookRoutes, type WebhookRoutesOptions } from './routes/webhook-routes.ts'

export interface MerchantAppOptions {
  forage: ForageServer
  config: ShopConfig
  database: DatabaseSync
  webhooks: WebhookRoutesOptions['check']
  /** The emulator and its log. Undefined with a real target. */
  demo: Demo | undefined
  /** Creates the client of the second tender's provider. Default: the demo's provider, which approves every charge. */
  cardProcessor?: (database: DatabaseSync) => CardProcessor
  /** The accounts that can sign in as customers. Default: the demo's two customers. */
  customers?: readonly Account[]
  /** The rate limit of the session-token endpoint. Default: the library's default. */
  rateLimit?: NonNullable<SessionTokenHandlerOptions['rateLimit']>
  /** Returns the time in ms since the epoch. Default: `Date.now`. */
  now?: () => number
  /** Receives one line for each fault of the backend. Default: `console.error`. */
  log?: (line: string) => void
}

export interface MerchantApp {
  app: Hono
  /** Cancels leftover payments and makes unfinished refunds, even if no page reads the order again. Never rejects. */
  finishOrders(): Promise<void>
}

/** Creates the merchant backend. Its caller serves the shop's files. */
export function createMerchantApp(options: MerchantAppOptions): MerchantApp {
  const { forage: server, config, database, webhooks, demo, now = Date.now } = options
  const {
    customers: accounts = customerAccounts,
    rateLimit = {},
    cardProcessor = createCardProcessor,
  } = options
  const report = createFaultLog(options.log ?? console.error)
  const customers = createSignIns(database, { cookieName: 'shop_customer', accounts, now })
  const staff = createSignIns(database, { cookieName: 'shop_staff', accounts: staffAccounts, now })
  const orders = createOrderStore(database)
  const savedCards = createSavedCards(database, now)
  const forage = createForagePayments(server, config.merchantAccount)
  const cards = cardProcessor(database)
  const refunds = createOrderRefunds({ orders, forage, cards, now, report })
  const payments = createOrderPayments({ orders, forage, cards, refunds, now, report })
  const authorize = ownOrder(customers, orders, config.merchantAccount)
  const sessionToken = server.sessionTokenHandler({ authorize, rateLimit })

  const app = new Hono()
  app.onError((error, c) => {
    report(error)
    return problemResponse(c, error)
  })
  app.use('*', loopbackOnly())
  app.get('/healthz', (c) => c.json(server.health(), server.health().ready ? 200 : 503))
  app.use('*', securityHeaders(config))
  // This route comes before `csrf()`, because webhooks come from another site.
  app.route('/api/webhooks', webhookRoutes({ orders, payments, forage, check: webhooks, now }))
  app.use('/api/*', noStore(), csrf())
  app.get('/api/config', (c) => c.json(config))
  app.all('/api/forage/session-token', (c) => sessionToken(c.req.raw))
  app.route('/api/account', accountRoutes(customers))
  app.route('/api/cards', cardRoutes(customers, savedCards))
  app.route('/api/orders', orderRoutes({ orders, payments, forage, savedCards, customers, now }))
  app.route('/api/store/account', accountRoutes(staff))
  app.route('/api/store', storeRoutes({ orders, payments, refunds, staff }))
  if (demo) app.route('/api/demo', demoRoutes(demo))
  else app.on('GET', ['/control', '/control.html'], (c) => c.notFound())
  const finishOrders = async (): Promise<void> => {
    for (const order of orders.unfinished()) await payments.finish(order).catch(report)
  }
  return { app, finishOrders }
}

/** Grants session tokens only for orders of the customer who is signed in. */
function ownOrder(customers: SignIns, orders: OrderStore, merchantAccount: string): Authorize {
  return (request, { checkoutId = '' }) => {
    const order = orders.find(customers.accountOf(request)?.id, checkoutId)
    return order ? { subject: order.customer, checkoutId: order.id, merchantAccount } : null
  }
}

/** Returns the problem for an unexpected error. It asks the customer to try again, which never charges twice. */
function problemResponse(c: Context, error: Error): Response {
  if (error instanceof HTTPException) return error.getResponse()
  if (error instanceof OrderProblem) return shopProblem(c, error.code)
  return shopProblem(c, isRefusedForGood(error) ? 'payment_refused' : 'payment_unavailable')
}
