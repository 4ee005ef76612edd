import { Hono, type Context } from 'hono'

import type { SignIns } from '../accounts/sign-ins.ts'
import type { NewRefund, Tender } from '../api/shop-api.ts'
import { bodyJson } from '../http/request-body.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import type { OrderStore } from '../orders/order-store.ts'
import { orderView } from '../orders/order-view.ts'
import type { OrderDocument } from '../orders/order.ts'
import type { OrderPayments } from '../payments/order-payments.ts'
import type { OrderRefunds } from '../refunds/order-refunds.ts'

export interface StoreRoutesOptions {
  orders: OrderStore
  payments: OrderPayments
  refunds: OrderRefunds
  staff: SignIns
}

const listedOrders = 50

/** Creates the routes of the store page, for staff only. They list orders, cancel an order, and make a refund. */
export function storeRoutes({ orders, payments, refunds, staff }: StoreRoutesOptions): Hono {
  return new Hono()
    .use('*', async (c, next) => {
      if (!staff.accountOf(c.req.raw)) throw new OrderProblem('signed_out')
      await next()
    })
    .get('/orders', async (c) => {
      const found = await Promise.all(orders.list(listedOrders).map((order) => payments.finish(order)))
      return c.json(found.map(orderView))
    })
    .post('/orders/:id/cancel', async (c) => c.json(orderView(await payments.cancel(orderOf(orders, c)))))
    .post('/orders/:id/refunds', async (c) => {
      const order = orderOf(orders, c)
      const refund = refundOf(await bodyJson(c))
      if (!refund) throw new OrderProblem('invalid_request')
      return c.json(orderView(await refunds.make(order, refund)), 201)
    })
}

function orderOf(orders: OrderStore, c: Context): OrderDocument {
  const order = orders.get(c.req.param('id') ?? '')
  if (!order) throw new OrderProblem('unknown_order')
  return order
}

const tenders: readonly unknown[] = ['ebt_snap', 'ebt_cash', 'card']

function refundOf({ tender, amountCents, reason, key }: Record<string, unknown>): NewRefund | undefined {
  if (typeof reason !== 'string' || typeof key !== 'string' || !tenders.includes(tender)) return undefined
  return { tender: tender as Tender, amountCents: Number(amountCents), reason, key }
}
