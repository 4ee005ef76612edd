import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { amountSchema } from '../payments/payment-body.ts'
import { PAYMENTS, type Payment } from '../payments/payment.ts'
import { REFUND_WINDOW_MS, REFUNDS, UNKNOWN_REFUND } from '../payments/refunds/refund.ts'
import { isSince } from '../shared/api-versions.ts'
import { orderError } from './order-errors.ts'
import { orderRefundSchema, writeOrderRefund } from './order-refund-wire.ts'
import { isProcessing, orderRefundsOf, type OrderRefund } from './order-refund.ts'
import { findOrder, orderStatus, paymentsOf, unknownOf } from './order-state.ts'
import { orderSchema } from './order-wire.ts'
import type { Order, Product } from './order.ts'
import { answerOrder } from './orders.ts'
import { refundable, refundOrderPayment, type RefundReason } from './refund-order-payment.ts'

const reasonFields = {
  reason: v.string('reason has to be a string.'),
  metadata: v.record(v.string(), v.unknown(), 'metadata has to be an object.'),
}

const newRefund = v.object({
  ...reasonFields,
  payment: v.string('payment has to be the ref of a payment of this order.'),
  amount: amountSchema,
})

/** The docs do not say how the list identifies a product. Inferred: by its upc. */
const productRefund = v.object({
  ...reasonFields,
  products: v.pipe(
    v.array(
      v.object({
        upc: v.string('upc has to be a string.'),
        quantity: v.pipe(
          v.number('quantity has to be a number.'),
          v.integer('quantity has to be an integer.'),
          v.minValue(1, 'quantity has to be at least 1.'),
        ),
      }),
      'products has to be a list.',
    ),
    v.minLength(1, 'products has to name at least one product.'),
  ),
})

const shared = { tokens: 'authentication', merchant: 'required' } as const

export const orderRefundEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    ...shared,
    method: 'POST',
    path: '/api/orders/:ref/refund_all/',
    summary: 'Refunds the rest of every payment of an order.',
    source: 'docs.joinforage.app/reference/refund-entire-order',
    idempotencyKey: 'required',
    body: { schema: v.object(reasonFields), resource: REFUNDS },
    replies: { 200: { description: 'The order, with its refunds.', schema: orderSchema } },
    handle: (call) => answerOrder(call, refundAll(call)),
  }),
  apiEndpoint({
    ...shared,
    method: 'POST',
    path: '/api/orders/:ref/refund_by_product/',
    summary: 'Refunds products of an order, with one refund for each benefit that paid for them.',
    source: 'docs.joinforage.app/reference/create-refunds-by-product',
    idempotencyKey: 'required',
    body: { schema: productRefund, resource: REFUNDS },
    replies: {
      201: { description: 'The refunds, failed ones included.', schema: v.array(orderRefundSchema) },
    },
    handle: (call) => ({
      status: 201,
      body: refundByProduct(call).map((refund) => writeOrderRefund(call.context, refund)),
    }),
  }),
  apiEndpoint({
    ...shared,
    method: 'GET',
    path: '/api/orders/:ref/refunds/',
    summary: 'Lists the refunds of an order.',
    source: 'docs.joinforage.app/reference/get-all-order-refunds',
    replies: { 200: { description: 'The refunds.', schema: v.array(orderRefundSchema) } },
    handle: (call) => {
      const refunds = orderRefundsOf(call.context, findOrder(call))
      return { status: 200, body: refunds.map((refund) => writeOrderRefund(call.context, refund)) }
    },
  }),
  apiEndpoint({
    ...shared,
    method: 'POST',
    path: '/api/orders/:ref/refunds/',
    summary: 'Refunds a part of one payment of an order.',
    source: 'docs.joinforage.app/reference/refund-partial-order',
    idempotencyKey: 'required',
    body: { schema: newRefund, resource: REFUNDS },
    replies: { 201: { description: 'The refund, even if it failed.', schema: orderRefundSchema } },
    handle: (call) => ({ status: 201, body: writeOrderRefund(call.context, refundPart(call)) }),
  }),
  apiEndpoint({
    ...shared,
    method: 'GET',
    path: '/api/orders/:ref/refunds/:refund/',
    summary: 'Reads a refund of an order.',
    source: 'docs.joinforage.app/reference/order-refunds',
    replies: { 200: { description: 'The refund.', schema: orderRefundSchema } },
    handle: (call) => ({ status: 200, body: writeOrderRefund(call.context, findRefund(call)) }),
  }),
]

function findRefund(call: ApiCall): OrderRefund {
  const ref = call.params['refund'] ?? ''
  const found = orderRefundsOf(call.context, findOrder(call)).find((refund) => refund.ref === ref)
  if (!found) throw unknownOf('Refund', UNKNOWN_REFUND, call.path, ref, call.merchant)
  return found
}

/** Returns the order if a part of it can still be refunded. */
function findRefundable(call: ApiCall): Order {
  const { context, now, path } = call
  const order = findOrder(call)
  const { ref } = order
  const status = orderStatus(context, order)
  if (status !== 'succeeded') throw orderError(path, 'order_not_succeeded', ref, status)
  if (now - (order.receipt?.at ?? now) > REFUND_WINDOW_MS)
    throw listedError(path, 400, {
      code: 'cannot_refund_after_90_days',
      message: `Order ${ref} was paid more than 90 days ago and therefore cannot be refunded.`,
      source: { resource: REFUNDS, ref: '' },
    })
  if (paymentsOf(context, order).every((payment) => refundable(context, order, payment) === 0))
    throw orderError(path, 'order_already_refunded', ref)
  return order
}

/**
 * Refunds the rest of an order. "If there are any OrderRefunds still processing, then the API returns a 400 until those
 * refunds have resolved."
 */
function refundAll(call: ApiCall<RefundReason>): Order {
  const { context, path } = call
  const found = findOrder(call)
  if (orderRefundsOf(context, found).some((refund) => isProcessing(context, refund)))
    throw orderError(path, 'wait_for_batch_refund', found.ref)
  const order = findRefundable(call)
  for (const payment of paymentsOf(context, order)) {
    const amount = refundable(context, order, payment)
    if (amount > 0) refundOrderPayment(context, findOrder(call), payment, { ...refundOf(call), amount })
  }
  return findOrder(call)
}

function refundPart(call: ApiCall<v.InferOutput<typeof newRefund>>): OrderRefund {
  const { body, context, merchant, path, version } = call
  const order = findRefundable(call)
  const payment = paymentsOf(context, order).find(({ ref }) => ref === body.payment)
  if (!payment) throw unknownOf('Payment', PAYMENTS, path, body.payment, merchant)
  if (body.amount > refundable(context, order, payment))
    throw orderError(path, 'refund_exceeds_order_total', order.ref)
  // docs.joinforage.app/reference/changelog: since this version, the answer has the receipt.
  const processingMs = isSince(version, '2024-01-08') ? 0 : context.switches.refundProcessingMs
  return refundOrderPayment(context, order, payment, { ...refundOf(call), amount: body.amount, processingMs })
}

function refundByProduct(call: ApiCall<v.InferOutput<typeof productRefund>>): OrderRefund[] {
  const { context } = call
  const order = findRefundable(call)
  const due = paymentsOf(context, order)
    .map((payment) => ({ payment, amount: worthOf(call, order, payment) }))
    .filter(({ amount }) => amount > 0)
  for (const { payment, amount } of due)
    if (amount > refundable(context, order, payment))
      throw orderError(call.path, 'refund_exceeds_order_total', order.ref)
  return due.map(({ payment, amount }) =>
    refundOrderPayment(context, findOrder(call), payment, { ...refundOf(call), amount }),
  )
}

/** Returns the cents of the named products that this payment paid for. */
function worthOf(call: ApiCall<v.InferOutput<typeof productRefund>>, order: Order, payment: Payment): number {
  const eligibility = payment.fundingType === 'ebt_snap' ? 'snap' : 'ebt_cash'
  return call.body.products
    .map((each) => ({ ...each, product: findProduct(call, order, each) }))
    .filter(({ product }) => product.eligibility === eligibility)
    .reduce((cents, { product, quantity }) => cents + product.unitPrice * quantity, 0)
}

function findProduct(
  { path }: ApiCall,
  order: Order,
  { upc, quantity }: { upc: string; quantity: number },
): Product {
  const product = order.products?.find((each) => each.upc === upc)
  if (!product) throw invalidInput(path, REFUNDS, `Order ${order.ref} has no product with upc ${upc}.`)
  if (product.eligibility === 'non_ebt')
    throw invalidInput(path, REFUNDS, `The product with upc ${upc} was not paid by a benefit.`)
  if (quantity > product.quantity) throw orderError(path, 'refund_exceeds_order_total', order.ref)
  return product
}

/**
 * Returns the fields of a refund that is processing at first: "Send periodic GET requests to retrieve the updated
 * objects."
 */
function refundOf({ body, context }: ApiCall<RefundReason>): RefundReason & { processingMs: number } {
  const { metadata, reason } = body
  return { metadata, reason, processingMs: context.switches.refundProcessingMs }
}
