import type { ApiCall } from '../api/api-endpoint.ts'
import type { EmulatorContext } from '../context/context.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import { merchantEventData, paymentEventData } from '../payments/event-data.ts'
import { paymentTable, type Payment } from '../payments/payment.ts'
import type { Merchant } from '../shared/merchants.ts'
import { formatAmount } from '../shared/money.ts'
import { newRef } from '../state/new-ref.ts'
import { ORDERS, orderTable, type Order, type OrderStatus } from './order.ts'

/** "expires_at": docs.joinforage.app/reference/orders. */
export const ORDER_LIFETIME_MS: number = 30 * 60 * 1000

type NewOrder = Omit<
  Order,
  | 'ref'
  | 'redirectUrl'
  | 'createdAt'
  | 'expiresAt'
  | 'status'
  | 'receipt'
  | 'previousErrors'
  | 'payments'
  | 'refunds'
>

/** Creates a draft. Its customer pays at `redirectUrl`. */
export function addOrder(
  { context, now, origin }: Pick<ApiCall, 'context' | 'now' | 'origin'>,
  fields: NewOrder,
): Order {
  const orders = context.store.table(orderTable)
  const ref = newRef(context.random, orders)
  const address = new URLSearchParams({ order: ref, merchant: fields.merchant.fnsNumber })
  const order: Order = {
    ...fields,
    ref,
    // docs.joinforage.app/reference/forage-sessions: https://checkout…/payment?order=b873fe62dc&merchant=9000055
    redirectUrl: `${origin}/payment?${address}`,
    createdAt: now,
    expiresAt: now + ORDER_LIFETIME_MS,
    status: 'draft',
    receipt: null,
    previousErrors: [],
    payments: [],
    refunds: [],
  }
  orders.set(ref, order)
  return order
}

/** Stores the changes of an order. A new status becomes an event. */
export function changeOrder(context: EmulatorContext, order: Order, changes: Partial<Order>): Order {
  const changed = { ...order, ...changes }
  context.store.table(orderTable).set(order.ref, changed)
  if (changed.status !== order.status)
    context.events.emit({ type: 'ORDER_STATUS_UPDATED', data: orderEventData(context, changed) })
  return changed
}

/** docs.joinforage.app/docs/webhooks-event-reference */
function orderEventData(context: EmulatorContext, order: Order): Record<string, unknown> {
  return {
    ...merchantEventData(order.merchant),
    order_ref: order.ref,
    external_order_id: order.externalOrderId,
    snap_total: formatAmount(order.totals.snap),
    ebt_cash_total: formatAmount(order.totals.ebtCash),
    remaining_total: formatAmount(order.totals.remaining),
    status: order.status,
    payments: paymentsOf(context, order).map(paymentEventData),
  }
}

/** Returns whether the order can still be changed and captured. */
export function isOrderOpen({ time }: EmulatorContext, order: Order): boolean {
  return (order.status === 'draft' || order.status === 'failed') && time.now() < order.expiresAt
}

/** Returns the status. An order that is neither captured nor canceled expires. */
export function orderStatus({ switches, time }: EmulatorContext, order: Order): OrderStatus {
  const isOpen = order.status === 'draft' || order.status === 'failed'
  return isOpen && time.now() >= order.expiresAt ? switches.expiredOrderStatus : order.status
}

export function paymentsOf({ store }: EmulatorContext, order: Order): Payment[] {
  return order.payments.flatMap((ref) => store.table(paymentTable).get(ref) ?? [])
}

export function findOrder({
  context,
  path,
  merchant,
  params,
}: Pick<ApiCall, 'context' | 'path' | 'merchant' | 'params'>): Order {
  const ref = params['ref'] ?? ''
  const found = context.store.table(orderTable).get(ref)
  if (found?.merchant.id !== merchant.id) throw unknownOf('Order', ORDERS, path, ref, merchant)
  return found
}

/** Words the 404 like other resources: docs.joinforage.app/reference/errors, under resource_not_found. */
export function unknownOf(
  kind: string,
  resource: string,
  path: string,
  ref: string,
  merchant: Merchant,
): ApiError {
  const message = `${kind} with ref ${ref} does not exist for current Merchant with FNS ${merchant.fnsNumber}.`
  return listedError(path, 404, { code: 'resource_not_found', message, source: { resource, ref } })
}
