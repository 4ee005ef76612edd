import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { updateEndpoints } from '../api/update-endpoint.ts'
import type { EmulatorContext } from '../context/context.ts'
import type { Switches } from '../context/switches.ts'
import { listedError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { findPaymentMethod } from '../payment-methods/find-payment-method.ts'
import { amountSchema } from '../payments/payment-body.ts'
import { isPaymentOver } from '../payments/payment-status.ts'
import { writePayment } from '../payments/payment-wire.ts'
import { PAYMENTS, paymentTable, type Payment } from '../payments/payment.ts'
import { changePayment } from '../payments/stored-payment.ts'
import { decimalSchema, recordSchema, refSchema, timestampSchema } from '../shared/wire.ts'
import { addOrderPayment, requireFits } from './order-payment.ts'
import { orderRefundTable } from './order-refund.ts'
import { findOrder, paymentsOf, unknownOf } from './order-state.ts'
import { orderTable } from './order.ts'

/** docs.joinforage.app/reference/order-payments */
const orderPaymentSchema = v.object({
  ref: refSchema,
  funding_type: v.picklist(['ebt_snap', 'ebt_cash']),
  amount: v.nullable(decimalSchema),
  description: v.string(),
  metadata: recordSchema,
  payment_method: refSchema,
  created: timestampSchema,
  updated: timestampSchema,
  status: v.picklist(['requires_confirmation', 'processing', 'succeeded', 'failed', 'canceled']),
  last_processing_error: v.nullable(v.string()),
  success_date: v.nullable(timestampSchema),
  tpp_lookup_id: v.null(),
  customer_id: v.nullable(v.string()),
  external_order_id: v.nullable(v.string()),
  refunds: v.array(refSchema),
  order: refSchema,
})

const optionalFields = {
  description: v.nullish(v.string('description has to be a string.')),
  metadata: v.nullish(recordSchema),
  customer_id: v.nullish(v.string('customer_id has to be a string.')),
  external_order_id: v.nullish(v.string('external_order_id has to be a string.')),
}

const requiredFields = {
  funding_type: v.picklist(['ebt_snap', 'ebt_cash'], 'funding_type has to be "ebt_snap" or "ebt_cash".'),
  payment_method: v.string('payment_method has to be the ref of a payment method.'),
  amount: amountSchema,
}

const newPayment = v.object({ ...requiredFields, ...optionalFields })
const paymentChanges = v.partial(v.object({ ...requiredFields, ...optionalFields }))

const onePayment = { 200: { description: 'The payment.', schema: orderPaymentSchema } }

export const orderPaymentEndpoints = (switches: Switches): readonly Endpoint[] => [
  apiEndpoint({
    method: 'GET',
    path: '/api/orders/:ref/payments/',
    summary: 'Lists the payments of an order.',
    source: 'docs.joinforage.app/reference/order-payments',
    tokens: 'authentication',
    merchant: 'required',
    replies: { 200: { description: 'The payments.', schema: v.array(orderPaymentSchema) } },
    handle: (call) => {
      const payments = paymentsOf(call.context, findOrder(call))
      return { status: 200, body: payments.map((payment) => writeOrderPayment(call.context, payment)) }
    },
  }),
  apiEndpoint({
    method: 'POST',
    path: '/api/orders/:ref/payments/',
    summary: 'Adds a payment to an order. The capture of the order charges the card.',
    source: 'docs.joinforage.app/reference/create-order-payment',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: newPayment, resource: PAYMENTS },
    replies: { 201: { description: 'The payment.', schema: orderPaymentSchema } },
    handle: (call) => {
      const { payment } = addOrderPayment(call, findOrder(call), call.body)
      return { status: 201, body: writeOrderPayment(call.context, payment) }
    },
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/orders/:ref/payments/:payment/',
    summary: 'Reads a payment of an order.',
    source: 'docs.joinforage.app/reference/order-payments',
    tokens: 'authentication',
    merchant: 'required',
    replies: onePayment,
    handle: (call) => answerPayment(call.context, findOrderPayment(call)),
  }),
  ...updateEndpoints(switches, {
    path: '/api/orders/:ref/payments/:payment/',
    summary:
      'Changes a payment of an order. Of a finished payment, only metadata and external_order_id change.',
    source: 'docs.joinforage.app/reference/update-an-order-payment',
    tokens: 'authentication',
    merchant: 'required',
    body: { schema: paymentChanges, resource: PAYMENTS },
    replies: onePayment,
    handle: (call) => answerPayment(call.context, updatePayment(call)),
  }),
  apiEndpoint({
    method: 'POST',
    path: '/api/orders/:ref/payments/:payment/cancel/',
    summary: 'Cancels a payment of an order before its capture.',
    source: 'docs.joinforage.app/reference/order-payments',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'optional',
    replies: onePayment,
    handle: (call) => answerPayment(call.context, cancelPayment(call)),
  }),
]

function answerPayment(context: EmulatorContext, payment: Payment): { status: 200; body: unknown } {
  return { status: 200, body: writeOrderPayment(context, payment) }
}

function writeOrderPayment(context: EmulatorContext, payment: Payment): Record<string, unknown> {
  const written = writePayment(context, payment)
  const own = { tpp_lookup_id: null, refunds: refundRefs(context, payment), order: payment.order }
  const all: Record<string, unknown> = { ...written, ...own }
  return Object.fromEntries(Object.keys(orderPaymentSchema.entries).map((name) => [name, all[name]]))
}

function refundRefs({ store }: EmulatorContext, payment: Payment): string[] {
  const { refunds = [] } = store.table(orderTable).get(payment.order ?? '') ?? {}
  return refunds.filter((ref) => store.table(orderRefundTable).get(ref)?.payment === payment.ref)
}

function findOrderPayment(call: ApiCall): Payment {
  const ref = call.params['payment'] ?? ''
  const found = paymentsOf(call.context, findOrder(call)).find((payment) => payment.ref === ref)
  if (!found) throw unknownOf('Payment', PAYMENTS, call.path, ref, call.merchant)
  return found
}

type Changes = v.InferOutput<typeof paymentChanges>

/**
 * Changes a payment. "If the status is processing, canceled, or succeeded, then only metadata and external_order_id can be
 * modified."
 */
function updatePayment(call: ApiCall<Changes>): Payment {
  const { body, context, now } = call
  const payment = findOrderPayment(call)
  const always = {
    metadata: body.metadata ?? payment.metadata,
    externalOrderId: body.external_order_id === undefined ? payment.externalOrderId : body.external_order_id,
  }
  const open = isPaymentOver(context, payment) ? {} : chargeChanges(payment, body)
  const changed: Payment = { ...payment, ...always, ...open, updatedAt: now }
  if (open.paymentMethod !== undefined) {
    findPaymentMethod(call, open.paymentMethod)
    requireFits(call, findOrder(call), changed)
  }
  context.store.table(paymentTable).set(payment.ref, changed)
  return changed
}

function chargeChanges(payment: Payment, body: Changes): Partial<Payment> {
  return {
    fundingType: body.funding_type ?? payment.fundingType,
    paymentMethod: body.payment_method ?? payment.paymentMethod,
    amount: body.amount ?? payment.amount,
    description: body.description ?? payment.description,
    customerId: body.customer_id === undefined ? payment.customerId : body.customer_id,
  }
}

/** Cancels a payment: "only requires_confirmation | failed". The code is inferred from payments without an order. */
function cancelPayment(call: ApiCall): Payment {
  const { context, path } = call
  const payment = findOrderPayment(call)
  if (isPaymentOver(context, payment))
    throw listedError(path, 400, {
      code: 'cannot_cancel_payment',
      message: `Payment with ref ${payment.ref} is either processing, succeeded, or canceled and therefore cannot be canceled.`,
      source: { resource: PAYMENTS, ref: payment.ref },
    })
  return changePayment(context, payment, { outcome: { status: 'canceled' } })
}
