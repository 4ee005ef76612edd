import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../../api/api-endpoint.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { findPaymentMethod } from '../../payment-methods/find-payment-method.ts'
import { pinBody, pinSchema, readPin } from '../../payment-methods/pin-body.ts'
import { keepPin } from '../../vault/deferred-pins.ts'
import { isEbt } from '../funding.ts'
import { isPaymentOver } from '../payment-status.ts'
import { PAYMENTS, type Payment } from '../payment.ts'
import { findPayment } from '../stored-payment.ts'
import { cannotCapture } from './capture-ebt.ts'

const shared = {
  method: 'POST',
  merchant: 'required',
  idempotencyKey: 'optional',
  replies: { 204: { description: 'The PIN is stored.' } },
} as const

export const collectPinEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    ...shared,
    path: '/proxy/api/payments/:ref/collect_pin/',
    summary: 'Stores a PIN for a later capture by the merchant’s server.',
    source: 'forage-android-sdk RosettaPinSubmitter.kt',
    tokens: 'either',
    body: pinBody,
    handle(call) {
      const payment = requireOpen(call)
      keepPin(call.context, payment.ref, readPin(call, findPaymentMethod(call, payment.paymentMethod)))
      return { status: 204 }
    },
  }),
  apiEndpoint({
    ...shared,
    path: '/api/payments/:ref/collect_pin_backend/',
    summary: 'Stores a test PIN without a typed one. In the sandbox only; its body and status are inferred.',
    source: 'docs.joinforage.app/reference/submit-pin-during-sandbox-testing',
    tokens: 'authentication',
    body: { schema: v.object({ pin: pinSchema }), resource: PAYMENTS },
    handle(call) {
      keepPin(call.context, requireOpen(call).ref, call.body.pin)
      return { status: 204 }
    },
  }),
]

/** Returns the payment if it can still be captured with a PIN. Its amount may come later. */
function requireOpen(call: ApiCall): Payment {
  const payment = findPayment(call, call.params['ref'])
  const { fundingType, ref } = payment
  if (!isEbt(fundingType))
    throw cannotCapture(call.path, ref, `Payment with ref ${ref} is not captured with a PIN.`)
  if (isPaymentOver(call.context, payment))
    throw cannotCapture(
      call.path,
      ref,
      `Payment with ref ${ref} is either processing, succeeded, or canceled and therefore cannot be captured.`,
    )
  return payment
}
