import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../http/api-endpoint.ts'
import { invalidInput, listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Merchant } from '../merchants.ts'
import { TENANT_ID } from '../session-tokens/session-token.ts'
import type { PaymentMethod } from '../state/store.ts'
import { paymentMethodSchema, writePaymentMethod } from './payment-method-wire.ts'
import { isRestricted } from './state-bins.ts'
import { forgetReusable, rememberReusable, storeCard } from './store-card.ts'

export const PAYMENT_METHODS = 'Payment_Methods'

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

export const paymentMethodEndpoints: readonly Endpoint[] = [
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
    summary: 'Reads a payment method, with its balance once one was checked.',
    source: 'docs.joinforage.app/reference/retrieve-payment-method',
    tokens: 'either',
    merchant: 'optional',
    replies: { 200: { description: 'The payment method.', schema: paymentMethodSchema } },
    handle: (call) => ({
      status: 200,
      body: writePaymentMethod(findPaymentMethod(call, call.params['ref'])),
    }),
  }),
  apiEndpoint({
    method: 'PATCH',
    path: '/api/payment_methods/:ref/',
    summary: 'Gives a payment method its customer, or changes whether it is reusable.',
    source: 'docs.joinforage.app/reference/update-payment-method',
    tokens: 'authentication',
    merchant: 'optional',
    body: { schema: methodChanges, resource: PAYMENT_METHODS },
    replies: { 200: { description: 'The payment method.', schema: paymentMethodSchema } },
    handle: (call) => ({ status: 200, body: writePaymentMethod(updateMethod(call)) }),
  }),
  apiEndpoint({
    method: 'DELETE',
    path: '/api/payment_methods/:ref/',
    summary: 'Forgets a payment method that no payment succeeded with.',
    source: 'docs.joinforage.app/reference/delete-payment-method',
    tokens: 'authentication',
    merchant: 'optional',
    replies: { 200: { description: 'An empty object.', schema: v.strictObject({}) } },
    handle(call) {
      deleteMethod(call)
      return { status: 200, body: {} }
    },
  }),
]

type MethodCall = Pick<ApiCall<unknown, Merchant | undefined>, 'context' | 'path' | 'merchant'>

export function findPaymentMethod({ context, path, merchant }: MethodCall, ref = ''): PaymentMethod {
  const found = context.store.paymentMethods.get(ref)
  if (!found || (found.merchantId !== undefined && found.merchantId !== merchant?.id))
    throw unknownPaymentMethod(path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPaymentMethod(path: string, ref: string, merchant: Merchant | undefined): ApiError {
  const message = `Payment method with id ${ref} does not exist for Tenant ${TENANT_ID} using FNS ${merchant?.fnsNumber ?? 'None'}`
  const source = { resource: PAYMENT_METHODS, ref }
  return listedError(path, 404, { code: 'resource_not_found', message, source })
}

/** "Forage does not block unregistered BINs." The message is inferred. */
function unsupportedBin(path: string, pan: string): ApiError {
  const message = `Cards with BIN ${pan.slice(0, 6)} are not supported.`
  return listedError(path, 400, {
    code: 'unsupported_bin',
    message,
    source: { resource: PAYMENT_METHODS, ref: '' },
  })
}

type ChangeCall = MethodCall & Pick<ApiCall<v.InferOutput<typeof methodChanges>>, 'body' | 'params'>

/** "You can add a customer_id if it was not set": another one is refused; how is inferred. */
function updateMethod(call: ChangeCall): PaymentMethod {
  const { body, context, params, path } = call
  const method = findPaymentMethod(call, params['ref'])
  const { customer_id: customerId = method.customerId, reusable = method.reusable } = body
  if (method.customerId !== undefined && customerId !== method.customerId)
    throw invalidInput(path, PAYMENT_METHODS, 'customer_id cannot be changed once it is set.')
  const changed: PaymentMethod = { ...method, customerId, reusable }
  forgetReusable(context, method)
  context.store.paymentMethods.set(method.ref, changed)
  rememberReusable(context, changed)
  return changed
}

/** "If a PaymentMethod has any associated payments in the succeeded state, it cannot be deleted"; the code is inferred. */
function deleteMethod(call: MethodCall & Pick<ApiCall, 'params'>): void {
  const { context, params, path } = call
  const { ref, ...method } = findPaymentMethod(call, params['ref'])
  const isPaidWith = [...context.store.payments.values()].some(
    ({ outcome, paymentMethod }) => paymentMethod === ref && outcome.status === 'succeeded',
  )
  if (isPaidWith)
    throw listedError(path, 400, {
      code: 'cannot_delete_payment_method',
      message: `Payment method ${ref} has succeeded payments and therefore cannot be deleted.`,
      source: { resource: PAYMENT_METHODS, ref },
    })
  forgetReusable(context, { ref, ...method })
  context.store.paymentMethods.delete(ref)
}
