import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { updateEndpoints } from '../api/update-endpoint.ts'
import type { Switches } from '../context/switches.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { findPaymentMethod } from '../payment-methods/find-payment-method.ts'
import { newRef } from '../state/new-ref.ts'
import { takePin } from '../vault/deferred-pins.ts'
import { isEbt } from './funding.ts'
import {
  chargeFields,
  given,
  newPaymentSchema,
  paymentChangesSchema,
  type NewPayment,
  type PaymentChanges,
} from './payment-body.ts'
import { isPaymentExpired, isPaymentOver } from './payment-status.ts'
import { paymentSchema, writePayment } from './payment-wire.ts'
import { PAYMENTS, paymentTable, type Payment } from './payment.ts'
import { requireFunds } from './require-funds.ts'
import { changePayment, findPayment } from './stored-payment.ts'

/** "expires_at: 30 minutes after the creation": docs.joinforage.app/reference/payments. */
const PAYMENT_LIFETIME_MS = 30 * 60 * 1000
const onePayment = { 200: { description: 'The payment.', schema: paymentSchema } }

export const paymentEndpoints = (switches: Switches): readonly Endpoint[] => [
  apiEndpoint({
    method: 'POST',
    path: '/api/payments/',
    summary: 'Creates a payment, which requires confirmation by a capture.',
    source: 'docs.joinforage.app/reference/create-a-payment',
    tokens: switches.paymentTokens,
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: newPaymentSchema, resource: PAYMENTS },
    replies: { 201: { description: 'The payment.', schema: paymentSchema } },
    handle: (call) => ({ status: 201, body: writePayment(call.context, addPayment(call)) }),
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/payments/',
    summary: 'Lists the payments with an external_order_id.',
    source: 'docs.joinforage.app/reference/retrieve-all-payments-for-merchant-order-id',
    tokens: switches.paymentTokens,
    merchant: 'required',
    query: {
      external_order_id: 'The merchant’s ID of the order. Required.',
      with_refunds: 'If present, the answer has the refunds instead of their refs.',
    },
    replies: { 200: { description: 'The payments.', schema: v.array(paymentSchema) } },
    handle: (call) => ({ status: 200, body: listPayments(call) }),
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/payments/:ref/',
    summary: 'Reads a payment.',
    source: 'docs.joinforage.app/reference/retrieve-a-payment',
    tokens: 'either',
    merchant: 'required',
    replies: onePayment,
    handle: (call) => ({
      status: 200,
      body: writePayment(call.context, findPayment(call, call.params['ref'])),
    }),
  }),
  ...updateEndpoints(switches, {
    path: '/api/payments/:ref/',
    summary: 'Changes a payment. Of a finished payment, only metadata and external_order_id change.',
    source: 'docs.joinforage.app/reference/update-a-payment',
    tokens: 'authentication',
    merchant: 'required',
    body: { schema: paymentChangesSchema, resource: PAYMENTS },
    replies: onePayment,
    handle: (call) => ({ status: 200, body: writePayment(call.context, updatePayment(call)) }),
  }),
  apiEndpoint({
    method: 'POST',
    path: '/api/payments/:ref/cancel/',
    summary: 'Cancels a payment before its capture. Releases the hold of an HSA or FSA payment.',
    source: 'docs.joinforage.app/reference/cancel-a-payment',
    tokens: switches.paymentTokens,
    merchant: 'required',
    idempotencyKey: 'optional',
    replies: onePayment,
    handle: (call) => ({ status: 200, body: writePayment(call.context, cancelPayment(call)) }),
  }),
]

function addPayment(call: ApiCall<NewPayment>): Payment {
  const { context, merchant, body, now } = call
  const method = findPaymentMethod(call, body.payment_method)
  const payments = context.store.table(paymentTable)
  const ref = newRef(context.random, payments)
  requireFunds(call, { ref, fundingType: body.funding_type }, method)
  const payment: Payment = {
    ref,
    merchant,
    ...chargeFields(body, {
      fundingType: body.funding_type,
      paymentMethod: method.ref,
      amount: null,
      description: '',
      customerId: method.customerId ?? null,
      deliveryAddress: null,
      isDelivery: null,
    }),
    metadata: body.metadata ?? {},
    externalOrderId: body.external_order_id ?? null,
    isPos: Boolean(body.pos_terminal),
    createdAt: now,
    updatedAt: now,
    expiresAt: now + PAYMENT_LIFETIME_MS,
    previousErrors: [],
    outcome: { status: 'requires_confirmation' },
  }
  payments.set(payment.ref, payment)
  return payment
}

/** Changes a payment. "In processing, canceled or succeeded, attempts to update other fields are ignored." */
function updatePayment(call: ApiCall<PaymentChanges>): Payment {
  const { body, context } = call
  const payment = findPayment(call, call.params['ref'])
  const always = {
    metadata: body.metadata ?? payment.metadata,
    externalOrderId: given(body.external_order_id, payment.externalOrderId),
  }
  if (isPaymentOver(context, payment)) return changePayment(context, payment, always)
  const charge = chargeFields(body, payment)
  requireFunds(
    call,
    { ref: payment.ref, fundingType: charge.fundingType },
    findPaymentMethod(call, charge.paymentMethod),
  )
  // A PIN belongs to one card.
  if (charge.paymentMethod !== payment.paymentMethod) takePin(context, payment.ref)
  return changePayment(context, payment, { ...always, ...charge })
}

/** Cancels a payment. The code of the error is inferred from the code of a capture. */
function cancelPayment(call: ApiCall): Payment {
  const { context, now, path } = call
  const payment = findPayment(call, call.params['ref'])
  const { fundingType, outcome, ref } = payment
  const allowed = isEbt(fundingType) ? ['requires_confirmation', 'failed'] : ['authorized']
  if (!allowed.includes(outcome.status) || isPaymentExpired(payment, now))
    throw listedError(path, 400, {
      code: 'cannot_cancel_payment',
      message: `Payment with ref ${ref} can only be canceled if its status is ${allowed.join(' or ')}.`,
      source: { resource: PAYMENTS, ref },
    })
  takePin(context, ref)
  return changePayment(context, payment, { outcome: { status: 'canceled' } })
}

/** Lists the payments of an order, without pages: an order has few payments (inferred). */
function listPayments({ context, merchant, path, query }: ApiCall): Record<string, unknown>[] {
  const [orderId, ...more] = query.getAll('external_order_id')
  if (!orderId || more.length > 0)
    throw invalidInput(path, PAYMENTS, 'The query has to have one external_order_id.')
  const refunds = query.has('with_refunds') ? 'whole' : 'refs'
  return [...context.store.table(paymentTable).values()]
    .filter(({ externalOrderId, order }) => externalOrderId === orderId && order === undefined)
    .filter((payment) => payment.merchant.id === merchant.id)
    .map((payment) => writePayment(context, payment, refunds))
}
