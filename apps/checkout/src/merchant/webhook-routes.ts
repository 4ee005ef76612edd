import { Hono } from 'hono'

import type { OrderPayments } from './order-payments.ts'
import type { OrderStore } from './order-store.ts'
import type { OrderDocument } from './order.ts'
import { jsonOf } from './request-json.ts'
import { isSigned, type WebhookCheck } from './webhook-signature.ts'

export interface WebhookRoutesOptions {
  orders: OrderStore
  payments: OrderPayments
  /** Undefined: no secret, no webhooks. */
  check: Omit<WebhookCheck, 'now'> | undefined
  now: () => number
}

/**
 * What Forage tells: an order is paid although the customer's page never learnt it. A webhook may come twice, late
 * or in another order, so that it is only the occasion to ask Forage how things are.
 */
export function webhookRoutes({ orders, payments, check, now }: WebhookRoutesOptions): Hono {
  return new Hono().post('/forage', async (c) => {
    const body = await c.req.text()
    const signature = c.req.header('Webhook-Signature') ?? ''
    if (!check || !isSigned(signature, body, { ...check, now: now() })) return c.body(null, 401)
    const order = orderOf(orders, body)
    if (order) await payments.settle(order)
    return c.body(null, 204)
  })
}

function orderOf(orders: OrderStore, body: string): OrderDocument | undefined {
  const { data } = jsonOf(body)
  const { metadata } = Object(data) as Record<string, unknown>
  const { order_id } = Object(metadata) as Record<string, unknown>
  return typeof order_id === 'string' ? orders.get(order_id) : undefined
}
