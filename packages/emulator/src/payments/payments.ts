import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../http/api-endpoint.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Merchant } from '../merchants.ts'
import { parseAmount } from '../money.ts'
import type { Payment } from '../state/store.ts'
import { findPaymentMethod } from './payment-methods.ts'
import { paymentSchema, writePayment } from './payment-wire.ts'
import { recordSchema } from './wire.ts'

export const PAYMENTS = 'Payments'
/** "expires_at: 30 minutes after the creation": docs.joinforage.app/reference/payments. */
const PAYMENT_LIFETIME_MS = 30 * 60 * 1000
const MIN_AMOUNT_CENTS = 1

/** A decimal, as string or number, in cents. */
export const amountSchema: v.GenericSchema<string | number, number> = v.pipe(
  v.union([v.string(), v.number()], 'amount has to be a decimal.'),
  v.check(
    (value) => (parseAmount(value) ?? 0) >= MIN_AMOUNT_CENTS,
    'amount has to be a decimal of at least 0.01 with at most two places.',
  ),
  v.transform((value) => parseAmount(value) ?? 0),
)

const newPayment = v.object({
  funding_type: v.picklist(['ebt_snap', 'ebt_cash'], 'funding_type has to be "ebt_snap" or "ebt_cash".'),
  payment_method: v.string('payment_method has to be the ref of a payment method.'),
  amount: v.nullish(amountSchema, null),
  description: v.nullish(v.string('description has to be a string.'), ''),
  metadata: v.nullish(recordSchema, {}),
  is_delivery: v.nullish(v.boolean('is_delivery has to be true or false.'), null),
  delivery_address: v.nullish(recordSchema, null),
  customer_id: v.nullish(v.string('customer_id has to be a string.'), null),
  external_order_id: v.nullish(v.string('external_order_id has to be a string.'), null),
})

export const paymentEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    method: 'POST',
    path: '/api/payments/',
    summary: 'Creates a payment, which requires confirmation by a capture.',
    source: 'docs.joinforage.app/reference/create-a-payment',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: newPayment, resource: PAYMENTS },
    replies: { 201: { description: 'The payment.', schema: paymentSchema } },
    handle: (call) => ({ status: 201, body: writePayment(call.context, addPayment(call)) }),
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/payments/:ref/',
    summary: 'Reads a payment.',
    source: 'docs.joinforage.app/reference/retrieve-a-payment',
    tokens: 'either',
    merchant: 'required',
    replies: { 200: { description: 'The payment.', schema: paymentSchema } },
    handle: (call) => ({
      status: 200,
      body: writePayment(call.context, findPayment(call, call.params['ref'])),
    }),
  }),
]

export function findPayment(
  { context, path, merchant }: Pick<ApiCall, 'context' | 'path' | 'merchant'>,
  ref = '',
): Payment {
  const found = context.store.payments.get(ref)
  if (found?.merchant.id !== merchant.id || found.order !== undefined)
    throw unknownPayment(path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPayment(path: string, ref: string, merchant: Merchant): ApiError {
  const message = `Payment with ref ${ref} does not exist for current Merchant with FNS ${merchant.fnsNumber}. For payments that are associated with an order, please use \`/api/orders/<order_ref>/payments/\` instead`
  return listedError(path, 404, { code: 'resource_not_found', message, source: { resource: PAYMENTS, ref } })
}

function addPayment(call: ApiCall<v.InferOutput<typeof newPayment>>): Payment {
  const { context, merchant, body, now } = call
  const method = findPaymentMethod(call, body.payment_method)
  const payment: Payment = {
    ref: context.random.hex(10),
    merchant,
    paymentMethod: method.ref,
    fundingType: body.funding_type,
    amount: body.amount,
    description: body.description ?? '',
    metadata: body.metadata ?? {},
    customerId: body.customer_id ?? method.customerId ?? null,
    externalOrderId: body.external_order_id,
    deliveryAddress: body.delivery_address,
    isDelivery: body.is_delivery,
    createdAt: now,
    updatedAt: now,
    expiresAt: now + PAYMENT_LIFETIME_MS,
    previousErrors: [],
    outcome: { status: 'requires_confirmation' },
  }
  context.store.payments.set(payment.ref, payment)
  return payment
}
