import * as v from 'valibot'

import type { EmulatorContext } from '../context.ts'
import { apiEndpoint, type ApiCall } from '../http/api-endpoint.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Merchant } from '../merchants.ts'
import { TENANT_ID } from '../session-tokens/session-token.ts'
import type { PaymentMethod } from '../state/store.ts'
import { paymentMethodSchema, writePaymentMethod } from './payment-method-wire.ts'

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
    async handle({ context, body }) {
      const card = { pan: body.card.number, customerId: body.customer_id, reusable: body.reusable }
      return { status: 201, body: writePaymentMethod(await storeCard(context, card)) }
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
]

type MethodCall = Pick<ApiCall<unknown, Merchant | undefined>, 'context' | 'path' | 'merchant'>

export function findPaymentMethod({ context, path, merchant }: MethodCall, ref = ''): PaymentMethod {
  const found = context.store.paymentMethods.get(ref)
  if (!found) throw unknownPaymentMethod(path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPaymentMethod(path: string, ref: string, merchant: Merchant | undefined): ApiError {
  const message = `Payment method with id ${ref} does not exist for Tenant ${TENANT_ID} using FNS ${merchant?.fnsNumber ?? 'None'}`
  const source = { resource: PAYMENT_METHODS, ref }
  return listedError(path, 404, { code: 'resource_not_found', message, source })
}

/** The payment method of a card: the one that is known for its customer, or a new one. */
export async function storeCard(context: EmulatorContext, card: NewCard): Promise<PaymentMethod> {
  return knownMethod(context, card) ?? (await addMethod(context, card))
}

type NewCard = Pick<PaymentMethod, 'pan' | 'customerId' | 'reusable'>

/** "The ref is constant per customer_id if the card is reusable": docs.joinforage.app/reference/payment-methods. */
function knownMethod({ store }: EmulatorContext, card: NewCard): PaymentMethod | undefined {
  const ref = store.reusableCards.get(reusableKey(card) ?? '')
  return ref === undefined ? undefined : store.paymentMethods.get(ref)
}

function reusableKey({ customerId, pan, reusable }: NewCard): string | undefined {
  return reusable && customerId !== undefined ? `${customerId}\n${pan}` : undefined
}

async function addMethod({ random, store, time }: EmulatorContext, card: NewCard): Promise<PaymentMethod> {
  const vaultToken = `tok_sandbox_${random.alphanumeric(22)}`
  const method: PaymentMethod = {
    ...card,
    ref: random.hex(10),
    vaultToken,
    // The SDKs take the third of the comma-separated tokens, and fail without it.
    cardToken: `tok_sandbox_${random.alphanumeric(22)},tok_sandbox_${random.alphanumeric(22)},${vaultToken}`,
    cardFingerprint: await cardFingerprint(card.pan),
    createdAt: time.now(),
    balance: null,
  }
  store.paymentMethods.set(method.ref, method)
  const key = reusableKey(card)
  if (key !== undefined) store.reusableCards.set(key, method.ref)
  return method
}

async function cardFingerprint(pan: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pan))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
