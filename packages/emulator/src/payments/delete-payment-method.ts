import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { listedError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { findPaymentMethod, type PaymentMethodCall } from '../payment-methods/find-payment-method.ts'
import { PAYMENT_METHODS, paymentMethodTable } from '../payment-methods/payment-method.ts'
import { forgetReusable } from '../payment-methods/store-card.ts'
import { paymentTable } from './payment.ts'

/** The endpoint is in this room because the payments of a card decide whether the card can be deleted. */
export const deletePaymentMethodEndpoint: Endpoint = apiEndpoint({
  method: 'DELETE',
  path: '/api/payment_methods/:ref/',
  summary: 'Deletes a payment method without succeeded payments.',
  source: 'docs.joinforage.app/reference/delete-payment-method',
  tokens: 'authentication',
  merchant: 'optional',
  replies: { 200: { description: 'An empty object.', schema: v.strictObject({}) } },
  handle(call) {
    deleteMethod(call)
    return { status: 200, body: {} }
  },
})

/**
 * Deletes a payment method. "If a PaymentMethod has any associated payments in the succeeded state, it cannot be deleted".
 * The code of that error is inferred.
 */
function deleteMethod(call: PaymentMethodCall & Pick<ApiCall, 'params'>): void {
  const { context, params, path } = call
  const method = findPaymentMethod(call, params['ref'])
  const isPaidWith = [...context.store.table(paymentTable).values()].some(
    ({ outcome, paymentMethod }) => paymentMethod === method.ref && outcome.status === 'succeeded',
  )
  if (isPaidWith)
    throw listedError(path, 400, {
      code: 'cannot_delete_payment_method',
      message: `Payment method ${method.ref} has succeeded payments and therefore cannot be deleted.`,
      source: { resource: PAYMENT_METHODS, ref: method.ref },
    })
  forgetReusable(context, method)
  context.store.table(paymentMethodTable).delete(method.ref)
}
