import { createHmac, timingSafeEqual } from 'node:crypto'

import { Hono } from 'hono'

import { bodyText, jsonOf } from '../http/request-body.ts'
import { withRef } from '../orders/order-changes.ts'
import type { OrderStore } from '../orders/order-store.ts'
import { isUnfinished, type OrderDocument } from '../orders/order.ts'
import type { OrderPayments } from '../payments/order-payments.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'

export interface WebhookCheck {
  /** The secret of the webhook endpoint in Forage's dashboard. */
  secret: string
  /** The maximum age of a webhook in ms. Infinity if the sender's clock can be moved. */
  toleranceMs: number
}

export interface WebhookRoutesOptions {
  orders: OrderStore
  payments: OrderPayments
  forage: Pick<ForagePayments, 'orderOf'>
  /** If undefined, all webhooks are refused. */
  check: WebhookCheck | undefined
  now: () => number
}

/**
 * The route of Forage's webhooks. They report payments and refunds even if the customer's page is closed. A webhook may
 * arrive twice, late or out of order, so it is only a reason to read the order's state from Forage.
 */
export function webhookRoutes({ orders, payments, forage, check, now }: WebhookRoutesOptions): Hono {
  return new Hono().post('/forage', async (c) => {
    const body = await bodyText(c)
    const signature = c.req.header('Webhook-Signature') ?? ''
    if (!check || !isSigned(signature, body, check, now())) return c.body(null, 401)
    const data = objectOf(jsonOf(body)['data'])
    const named = paymentRefs(data)
    const found = await ordersOf({ orders, forage }, data, named)
    const current = await Promise.all(found.map((order) => payments.settle(order, named)))
    // Forage repeats a webhook until it is answered with 2xx. A refund that it is still making gets its own webhook.
    return c.body(null, current.some(needsRepetition) ? 503 : 204)
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

/**
 * Returns the orders that the webhook's `data` is about. It names a payment (`payment_ref`), a refund (`refund_ref`), or an
 * order of Forage (`order_ref`) with its payments. Only `refund_ref` is documented for a refund, so without a payment it
 * may be any unfinished refund.
 */
async function ordersOf(
  { orders, forage }: Pick<WebhookRoutesOptions, 'orders' | 'forage'>,
  data: Record<string, unknown>,
  refs: readonly string[],
): Promise<OrderDocument[]> {
  if (refs.length === 0 && data['refund_ref'] !== undefined) return orders.unfinished()
  const ids = await Promise.all(
    refs.map(async (ref) => orders.idOfPayment(ref) ?? (await askForage({ orders, forage }, ref))),
  )
  return [...new Set(ids)].flatMap((id = '') => orders.get(id) ?? [])
}

/** If the answer to a new payment was lost, only Forage knows its order. The order then learns the payment's ref, too. */
async function askForage(
  { orders, forage }: Pick<WebhookRoutesOptions, 'orders' | 'forage'>,
  ref: string,
): Promise<string | undefined> {
  const { orderId, key } = (await forage.orderOf(ref)) ?? {}
  if (orderId === undefined || !orders.get(orderId)) return undefined
  if (key !== undefined) orders.change(orderId, (order) => withRef(order, key, ref))
  return orderId
}

/** Returns the refs of the payments that the data of a payment, a refund or an order names. */
function paymentRefs({ payment_ref, order_ref, payments }: Record<string, unknown>): string[] {
  const ofOrder = order_ref !== undefined && Array.isArray(payments) ? (payments as unknown[]) : []
  const named = [payment_ref, ...ofOrder.map((payment) => objectOf(payment)['payment_ref'])]
  return named.flatMap((ref) => (typeof ref === 'string' && /^\w+$/.test(ref) ? [ref] : []))
}

function objectOf(value: unknown): Record<string, unknown> {
  return Object(value) as Record<string, unknown>
}

function needsRepetition(order: OrderDocument): boolean {
  const isProcessing = ({ status }: { status: string }): boolean => status === 'processing'
  const payments = order.payments.map((payment) => ({
    ...payment,
    refunds: payment.refunds.filter((refund) => !isProcessing(refund)),
  }))
  return isUnfinished({ ...order, payments })
}
