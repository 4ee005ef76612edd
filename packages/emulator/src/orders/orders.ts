import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { updateEndpoints } from '../api/update-endpoint.ts'
import type { Switches } from '../context/switches.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { changePayment } from '../payments/stored-payment.ts'
import { totalsOf, orderChangesSchema, type OrderChanges } from './order-body.ts'
import { orderError } from './order-errors.ts'
import { livePayments } from './order-payment.ts'
import { changeOrder, findOrder, isOrderOpen, orderStatus } from './order-state.ts'
import { orderSchema, writeOrder } from './order-wire.ts'
import { ORDERS, type Order, type OrderTotals } from './order.ts'

const theOrder = { 200: { description: 'The order.', schema: orderSchema } }

export const orderEndpoints = (switches: Switches): readonly Endpoint[] => [
  apiEndpoint({
    method: 'GET',
    path: '/api/orders/:ref/',
    summary: 'Reads an order.',
    source: 'docs.joinforage.app/reference/orders',
    tokens: 'either',
    merchant: 'required',
    replies: theOrder,
    handle: (call) => answerOrder(call, findOrder(call)),
  }),
  ...updateEndpoints(switches, {
    path: '/api/orders/:ref/',
    summary: 'Changes an unpaid order.',
    source: 'docs.joinforage.app/reference/update-order',
    tokens: 'authentication',
    merchant: 'required',
    body: { schema: orderChangesSchema, resource: ORDERS },
    replies: theOrder,
    handle: (call) => answerOrder(call, updateOrder(call)),
  }),
  apiEndpoint({
    method: 'POST',
    path: '/api/orders/:ref/cancel/',
    summary: 'Cancels an order whose status is draft.',
    source: 'docs.joinforage.app/reference/cancel-order',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'required',
    replies: theOrder,
    handle: (call) => answerOrder(call, cancelOrder(call)),
  }),
]

export function answerOrder(
  { context, version }: Pick<ApiCall, 'context' | 'version'>,
  order: Order,
): { status: 200; body: Record<string, unknown> } {
  return { status: 200, body: writeOrder(context, version, order) }
}

function updateOrder(call: ApiCall<OrderChanges>): Order {
  const { body, context, path } = call
  const order = findOrder(call)
  if (!isOrderOpen(context, order))
    throw orderError(path, 'cannot_update_order', order.ref, orderStatus(context, order))
  const totals = changedTotals(order, body)
  requireRoom(call, order, totals)
  return changeOrder(context, order, { ...changedFields(order, body), totals })
}

function changedFields(order: Order, body: OrderChanges): Partial<Order> {
  const kept = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value)
  return {
    // "product_list can only be updated for an order of a Fully Hosted session."
    products: order.products && kept(body.product_list, [...order.products]),
    deliveryAddress: kept(body.delivery_address, order.deliveryAddress),
    isDelivery: kept(body.is_delivery, order.isDelivery),
    successRedirectUrl: kept(body.success_redirect_url, order.successRedirectUrl),
    cancelRedirectUrl: kept(body.cancel_redirect_url, order.cancelRedirectUrl),
    supportedBenefits: kept(body.supported_benefits, [...order.supportedBenefits]),
    customerId: kept(body.customer_id, order.customerId),
    pspCustomerId: kept(body.psp_customer_id, order.pspCustomerId),
    externalOrderId: kept(body.external_order_id, order.externalOrderId),
    isCommercialShipping: kept(body.is_commercial_shipping, order.isCommercialShipping),
  }
}

/** Returns the totals of the body, or of its cart, or the earlier ones. */
function changedTotals({ products, totals }: Order, body: OrderChanges): OrderTotals {
  const known = products && body.product_list?.length ? totalsOf(body.product_list) : totals
  return {
    snap: body.snap_total ?? known.snap,
    ebtCash: body.ebt_cash_total ?? known.ebtCash,
    remaining: body.remaining_total ?? known.remaining,
  }
}

function requireRoom({ context, path }: ApiCall, order: Order, totals: OrderTotals): void {
  for (const { amount, fundingType } of livePayments(context, order)) {
    if (fundingType === 'ebt_snap' && (amount ?? 0) > totals.snap)
      throw orderError(path, 'exceeds_snap_total', order.ref)
    if (fundingType === 'ebt_cash' && (amount ?? 0) > totals.ebtCash)
      throw orderError(path, 'exceeds_ebt_cash_total', order.ref)
  }
}

/** Cancels an order: "An Order can only be canceled if its status is draft." */
function cancelOrder(call: ApiCall): Order {
  const { context, path } = call
  const order = findOrder(call)
  const status = orderStatus(context, order)
  if (status !== 'draft' || !isOrderOpen(context, order))
    throw orderError(path, 'cannot_cancel_order', order.ref, status)
  for (const payment of livePayments(context, order))
    changePayment(context, payment, { outcome: { status: 'canceled' } })
  return changeOrder(context, order, { status: 'canceled' })
}
