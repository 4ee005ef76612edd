import { createHmac, timingSafeEqual } from 'node:crypto'

import { Hono } from 'hono'

import { jsonOf } from '../http/request-json.ts'
import type { OrderStore } from '../orders/order-store.ts'
import type { OrderDocument } from '../orders/order.ts'
import type { OrderPayments } from '../payments/order-payments.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'
import { pendingRefunds } from '../refunds/refunds.ts'

export interface WebhookCheck {
  /** The secret of the webhook endpoint in Forage's dashboard. */
  secret: string
  /** The maximum age of a webhook in ms. Infinity if the sender's clock can be moved. */
  toleranceMs: number
}

export interface WebhookRoutesOptions {
  orders: OrderStore
  payments: OrderPayments
  forage: ForagePayments
  /** If undefined, all webhooks are refused. */
  check: WebhookCheck | undefined
  now: () => number
}

/**
 * The route of Forage's webhooks. They report payments and refunds even if the customer's page is closed. A webhook may
 * arrive twice, late or out of order, so its content is not trusted: the order's state is read from Forage.
 */
export function webhookRoutes({ orders, payments, forage, check, now }: WebhookRoutesOptions): Hono {
  return new Hono().post('/forage', async (c) => {
    const body = await c.req.text()
    const signature = c.req.header('Webhook-Signature') ?? ''
    if (!check || !isSigned(signature, body, check, now())) return c.body(null, 401)
    const order = orders.get((await orderIdOf(forage, body)) ?? '')
    const current = order && (await payments.reconcile(order))
    // Forage repeats a webhook until it is answered with 2xx.
    return c.body(null, current && hasUnansweredRefund(current) ? 503 : 204)
  })
}

/** Returns whether `Webhook-Signature: t=SECONDS,v1=HEX` signs `SECONDS.BODY` with the secret and is recent. */
function isSigned(
  header: string,
  body: string,
  { secret, toleranceMs }: WebhookCheck,
  nowMs: number,
): boolean {
  const { t = '', v1 = '' } = Object.fromEntries(header.split(',').map((part) => part.trim().split('=')))
  const expected = createHmac('sha256', secret).update(`${t}.${body}`).digest()
  const given = Buffer.from(v1, 'hex')
  const isAuthentic = given.length === expected.length && timingSafeEqual(given, expected)
  return isAuthentic && Math.abs(nowMs - Number(t) * 1000) <= toleranceMs
}

/** Returns the order's id: from the metadata of a payment, or through the payment of a refund. */
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

function hasUnansweredRefund(order: OrderDocument): boolean {
  return pendingRefunds(order).some(({ refund }) => refund.status === 'requested')
}
