import * as v from 'valibot'

import { apiEndpoint } from '../http/api-endpoint.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ebtEnvelope } from '../http/error-envelopes.ts'
import { writeBalance } from '../payments/payment-method-wire.ts'
import { findPaymentMethod } from '../payments/payment-methods.ts'
import { balanceSchema, refSchema } from '../payments/wire.ts'
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
    const method = findPaymentMethod(call, call.params['ref'])
    const answer = networkOf(context).balance(method.pan, readPin(call, method))
    if (!answer.approved) return { status: 400, body: ebtEnvelope(method.ref, answer.decline) }
    context.store.paymentMethods.set(method.ref, { ...method, balance: answer.balance })
    return { status: 200, body: { ref: method.ref, balance: writeBalance(answer.balance) } }
  },
})
