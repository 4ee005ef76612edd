import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ebtEnvelope } from '../http/error-envelopes.ts'
import { isSince } from '../shared/api-versions.ts'
import { refSchema } from '../shared/wire.ts'
import { balanceSchema, writeBalance } from '../vault/balance.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { findPaymentMethod } from './find-payment-method.ts'
import { PAYMENT_METHODS, paymentMethodTable, type PaymentMethod } from './payment-method.ts'
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
    context.store.table(paymentMethodTable).set(method.ref, { ...method, balance: answer.balance })
    return { status: 200, body: { ref: method.ref, balance: writeBalance(answer.balance) } }
  },
})

/** Requires a card whose balance may be checked. The code for a card without a customer is inferred. */
function requireBalance(
  { path, version }: Pick<ApiCall, 'path' | 'version'>,
  method: PaymentMethod,
): PaymentMethod {
  requireEbt(path, method)
  // docs.joinforage.app/reference/version-history: FNS forbids balance checks to guests.
  if (isSince(version, '2023-05-15') && method.customerId === undefined)
    throw invalidInput(path, PAYMENT_METHODS, 'A balance check needs a payment method with a customer_id.')
  return method
}

/** Throws the documented 400 (docs.joinforage.app/reference/errors) if the card has no EBT balance. */
export function requireEbt(path: string, { ref, type }: PaymentMethod): void {
  if (type === 'ebt') return
  throw listedError(path, 400, {
    code: 'balance_check_only_ebt',
    message: 'Balance check is not available for non-EBT payment methods',
    source: { resource: PAYMENT_METHODS, ref },
  })
}
