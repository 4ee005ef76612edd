import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { invalidInput } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import {
  captureSchema,
  fullyHostedSchema,
  totalsOf,
  type CaptureBody,
  type FullyHostedBody,
  type OrderBody,
} from '../orders/order-body.ts'
import { addOrderPayment } from '../orders/order-payment.ts'
import { addOrder } from '../orders/order-state.ts'
import { sessionSchema, writeSession } from '../orders/order-wire.ts'
import { benefits, type Order, type OrderTotals } from '../orders/order.ts'
import { findPaymentMethod } from '../payment-methods/find-payment-method.ts'
import { isSince } from '../shared/api-versions.ts'
import { formatAmount } from '../shared/money.ts'
import { decimalSchema, refSchema } from '../shared/wire.ts'
import { SESSIONS } from './hosted-session.ts'

const paymentDetailSchema = v.object({ payment_method: refSchema, amount: decimalSchema })

const captureSessionSchema = v.intersect([
  sessionSchema,
  v.object({
    payment_details: v.optional(
      v.object({ ebt_snap: v.optional(paymentDetailSchema), ebt_cash: v.optional(paymentDetailSchema) }),
    ),
  }),
])

export const sessionEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    method: 'POST',
    path: '/api/sessions/',
    summary: 'Opens a Fully Hosted session: an order, and the page where the customer pays it.',
    source: 'docs.joinforage.app/reference/create-session',
    tokens: 'authentication',
    scope: 'hosted_checkout',
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: fullyHostedSchema, resource: SESSIONS },
    replies: { 201: { description: 'The session.', schema: sessionSchema } },
    handle: (call) => ({
      status: 201,
      body: writeSession(call.context, call.version, openFullyHosted(call)),
    }),
  }),
  apiEndpoint({
    method: 'POST',
    path: '/api/capture_sessions/',
    summary: 'Opens a Custom session: an order, and the page where its customer enters the PIN.',
    source: 'docs.joinforage.app/reference/create-capture-session',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: captureSchema, resource: SESSIONS },
    replies: { 201: { description: 'The session.', schema: captureSessionSchema } },
    handle: (call) => ({
      status: 201,
      body: isSince(call.version, '2024-03-05') ? openDetailedCapture(call) : openCapture(call),
    }),
  }),
]

function openFullyHosted(call: ApiCall<FullyHostedBody>): Order {
  const { body } = call
  const products = body.product_list ?? []
  const totals = isSince(call.version, '2025-08-04') ? totalsOf(products) : statedTotals(call)
  const known = body.ebt_payment_method ?? undefined
  const paymentMethod = known === undefined ? null : findPaymentMethod(call, known).ref
  return openOrder(call, totals, { products, paymentMethod })
}

function openCapture(call: ApiCall<CaptureBody>): Record<string, unknown> {
  // A Custom checkout charges EBT only. The merchant charges the rest.
  const totals = { ...statedTotals(call), remaining: 0 }
  const order = openOrder(call, totals, { products: null, paymentMethod: null })
  return writeSession(call.context, call.version, order)
}

/** Opens a session with its payments: "Forage automatically creates OrderPayments" (changelog, 2024-03-05). */
function openDetailedCapture(call: ApiCall<CaptureBody>): Record<string, unknown> {
  const { ebt_snap: snap, ebt_cash: ebtCash } = call.body.payment_details ?? {}
  const details = Object.entries({ ebt_snap: snap, ebt_cash: ebtCash }).flatMap(([fundingType, detail]) =>
    detail ? [{ ...detail, funding_type: fundingType as 'ebt_snap' | 'ebt_cash' }] : [],
  )
  for (const detail of details) findPaymentMethod(call, detail.payment_method)
  const totals = { snap: snap?.amount ?? 0, ebtCash: ebtCash?.amount ?? 0, remaining: 0 }
  const opened = openOrder(call, totals, { products: null, paymentMethod: null })
  const order = details.reduce((current, detail) => addOrderPayment(call, current, detail).order, opened)
  const {
    snap_total: _snap,
    ebt_cash_total: _cash,
    remaining_total: _remaining,
    ...session
  } = writeSession(call.context, call.version, order)
  const written = details.map((detail) => [
    detail.funding_type,
    { payment_method: detail.payment_method, amount: formatAmount(detail.amount) },
  ])
  return { ...session, payment_details: Object.fromEntries(written) }
}

function openOrder(
  call: ApiCall<OrderBody>,
  totals: OrderTotals,
  cart: Pick<Order, 'products' | 'paymentMethod'>,
): Order {
  const { body, merchant, path } = call
  if (totals.snap + totals.ebtCash + totals.remaining === 0)
    throw invalidInput(path, SESSIONS, 'A session needs an amount to pay, but its totals are 0.')
  return addOrder(call, {
    ...cart,
    merchant,
    totals,
    deliveryAddress: body.delivery_address,
    isDelivery: body.is_delivery ?? false,
    successRedirectUrl: body.success_redirect_url,
    cancelRedirectUrl: body.cancel_redirect_url,
    supportedBenefits: body.supported_benefits ?? benefits,
    customerId: body.customer_id ?? null,
    pspCustomerId: body.psp_customer_id ?? null,
    externalOrderId: body.external_order_id ?? null,
    isCommercialShipping: body.is_commercial_shipping ?? null,
  })
}

function statedTotals({ body, path }: ApiCall<OrderBody>): OrderTotals {
  const { snap_total: snap, ebt_cash_total: ebtCash, remaining_total: remaining = 0 } = body
  if (snap === undefined || ebtCash === undefined)
    throw invalidInput(path, SESSIONS, 'snap_total and ebt_cash_total are required.')
  return { snap, ebtCash, remaining }
}
