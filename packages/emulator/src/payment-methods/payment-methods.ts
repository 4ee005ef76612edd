import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { updateEndpoints } from '../api/update-endpoint.ts'
import type { Switches } from '../context/switches.ts'
import { invalidInput, listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { findPaymentMethod, type PaymentMethodCall } from './find-payment-method.ts'
import { paymentMethodSchema, writePaymentMethod } from './payment-method-wire.ts'
import { PAYMENT_METHODS, paymentMethodTable, type PaymentMethod } from './payment-method.ts'
import { isRestricted } from './state-bins.ts'
import { forgetReusable, rememberReusable, storeCard } from './store-card.ts'

const newCard = v.object({
  type: v.literal('ebt', 'type has to be "ebt".'),
  card: v.object({
    number: v.pipe(
      v.string('EBT Cards must be 16-19 digits long!'),
      v.regex(/^\d{16,19}$/, 'EBT Cards must be 16-19 digits long!'),
    ),
  }),
  customer_id: v.optional(v.string()),
  reusable: v.optional(v.boolean('reusable has to be true or false.'), true),
})

const methodChanges = v.object({
  customer_id: v.optional(v.string('customer_id has to be a string.')),
  reusable: v.optional(v.boolean('reusable has to be true or false.')),
})

export const paymentMethodEndpoints = (switches: Switches): readonly Endpoint[] => [
  apiEndpoint({
    method: 'POST',
    path: '/api/payment_methods/',
    summary: 'Stores an EBT card. Does not contact the EBT network.',
    source: 'docs.joinforage.app/reference/create-payment-method',
    tokens: 'either',
    merchant: 'optional',
    body: { schema: newCard, resource: PAYMENT_METHODS, code: 'cannot_parse_request_body' },
    replies: { 201: { description: 'The payment method.', schema: paymentMethodSchema } },
    async handle({ context, path, body }) {
      const card = { pan: body.card.number, customerId: body.customer_id, reusable: body.reusable }
      if (isRestricted(card.pan)) throw unsupportedBin(path, card.pan)
      return { status: 201, body: writePaymentMethod(await storeCard(context, card, path)) }
    },
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/payment_methods/:ref/',
    summary: 'Reads a payment method, with its balance after a balance check.',
    source: 'docs.joinforage.app/reference/retrieve-payment-method',
    tokens: 'either',
    merchant: 'optional',
    replies: { 200: { description: 'The payment method.', schema: paymentMethodSchema } },
    handle: (call) => ({
      status: 200,
      body: writePaymentMethod(findPaymentMethod(call, call.params['ref'])),
    }),
  }),
  ...updateEndpoints(switches, {
    path: '/api/payment_methods/:ref/',
    summary: 'Sets the customer of a payment method, or changes whether it is reusable.',
    source: 'docs.joinforage.app/reference/update-payment-method',
    tokens: switches.paymentMethodTokens,
    merchant: 'optional',
    body: { schema: methodChanges, resource: PAYMENT_METHODS },
    replies: { 200: { description: 'The payment method.', schema: paymentMethodSchema } },
    handle: (call) => ({ status: 200, body: writePaymentMethod(updateMethod(call)) }),
  }),
]

/** Returns the error of a restricted BIN: "Forage does not block unregistered BINs." The message is inferred. */
function unsupportedBin(path: string, pan: string): ApiError {
  const message = `Cards with BIN ${pan.slice(0, 6)} are not supported.`
  return listedError(path, 400, {
    code: 'unsupported_bin',
    message,
    source: { resource: PAYMENT_METHODS, ref: '' },
  })
}

type ChangeCall = PaymentMethodCall & Pick<ApiCall<v.InferOutput<typeof methodChanges>>, 'body' | 'params'>

/** Changes a payment method: "You can add a customer_id if it was not set". The error for a second one is inferred. */
function updateMethod(call: ChangeCall): PaymentMethod {
  const { body, context, params, path } = call
  const method = findPaymentMethod(call, params['ref'])
  const { customer_id: customerId = method.customerId, reusable = method.reusable } = body
  if (method.customerId !== undefined && customerId !== method.customerId)
    throw invalidInput(path, PAYMENT_METHODS, 'customer_id cannot be changed once it is set.')
  const changed: PaymentMethod = { ...method, customerId, reusable }
  forgetReusable(context, method)
  context.store.table(paymentMethodTable).set(method.ref, changed)
  rememberReusable(context, changed)
  return changed
}
