import { Hono } from 'hono'

import { jsonOf } from '../http/request-json.ts'
import type { OrderStore } from '../orders/order-store.ts'
import type { OrderDocument } from '../orders/order.ts'
import type { OrderPayments } from '../payments/order-payments.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'
import { pendingRefunds } from '../refunds/refunds.ts'
import { isSigned, type WebhookCheck } from './webhook-signature.ts'

export interface WebhookRoutesOptions {
  orders: OrderStore
  payments: OrderPayments
  forage: ForagePayments
  /** Undefined: no secret, no webhooks. */
  check: Omit<WebhookCheck, 'now'> | undefined
  now: () => number
}

/**
 * What Forage tells: an order is paid, or a refund made, although the customer's page never learnt it. A webhook may
 * come twice, late or in another order, so that it is only the occasion to ask Forage how things are.
 */
export function webhookRoutes({ orders, payments, forage, check, now }: WebhookRoutesOptions): Hono {
  return new Hono().post('/forage', async (c) => {
    const body = await c.req.text()
    const signature = c.req.header('Webhook-Signature') ?? ''
    if (!check || !isSigned(signature, body, { ...check, now: now() })) return c.body(null, 401)
    const order = orders.get((await orderIdOf(forage, body)) ?? '')
    const settled = order && (await payments.settle(order))
    // Forage tells again later, as long as it was not answered with 2xx.
    return c.body(null, settled && isUnanswered(settled) ? 503 : 204)
  })
}

/** A payment has the order in its metadata; a refund has its payment only. */
async function orderIdOf(forage: ForagePayments, body: string): Promise<string | undefined> {
  const { metadata, payment_ref } = objectOf(jsonOf(body)['data'])
  const { order_id } = objectOf(metadata)
  if (typeof order_id === 'string') return order_id
  return typeof payment_ref === 'string' && /^\w+$/.test(payment_ref)
    ? await forage.orderOf(payment_ref)
    : undefined
}

function objectOf(value: unknown): Record<string, unknown> {
  return Object(value) as Record<string, unknown>
}

function isUnanswered(order: OrderDocument): boolean {
  return pendingRefunds(order).some(({ refund }) => refund.status === 'requested')
}
