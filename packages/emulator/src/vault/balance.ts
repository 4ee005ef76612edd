import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../http/api-endpoint.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import { isSince } from '../http/api-version.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ebtEnvelope } from '../http/error-envelopes.ts'
import { writeBalance } from '../payments/payment-method-wire.ts'
import { findPaymentMethod, PAYMENT_METHODS } from '../payments/payment-methods.ts'
import { balanceSchema, refSchema } from '../payments/wire.ts'
import type { PaymentMethod } from '../state/store.ts'
import { networkOf } from './ebt-network.ts'
import { pinBody, readPin } from './pin-body.ts'

export const balanceEndpoint: Endpoint = apiEndpoint({
  method: 'POST',
  path: '/proxy/api/payment_methods/:ref/balance/',
  summary: 'Checks the balance of a card with its PIN.',
  source: 'forage-android-sdk RosettaPinSubmitter.kt',
  tokens: 'either',
  merchant: 'optional',
  idempotencyKey: 'optional',
  body: pinBody,
  replies: {
    200: { description: 'The balance.', schema: v.object({ ref: refSchema, balance: balanceSchema }) },
  },
  handle(call) {
    const { context } = call
    const method = requireBalance(call, findPaymentMethod(call, call.params['ref']))
    const answer = networkOf(context).balance(method.pan, readPin(call, method))
    if (!answer.approved) return { status: 400, body: ebtEnvelope(method.ref, answer.decline) }
    context.store.paymentMethods.set(method.ref, { ...method, balance: answer.balance })
    return { status: 200, body: { ref: method.ref, balance: writeBalance(answer.balance) } }
  },
})

/** Its balance may be checked. The code for a card without a customer is inferred. */
function requireBalance(
  { path, version }: Pick<ApiCall, 'path' | 'version'>,
  method: PaymentMethod,
): PaymentMethod {
  if (method.type !== 'ebt')
    throw listedError(path, 400, {
      code: 'balance_check_only_ebt',
      message: 'Balance check is not available for non-EBT payment methods',
      source: { resource: PAYMENT_METHODS, ref: method.ref },
    })
  // docs.joinforage.app/reference/version-history: FNS forbids balance checks to guests.
  if (isSince(version, '2023-05-15') && method.customerId === undefined)
    throw invalidInput(path, PAYMENT_METHODS, 'A balance check needs a payment method with a customer_id.')
  return method
}
