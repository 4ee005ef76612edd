import * as v from 'valibot'

import type { ApiCall } from '../http/api-endpoint.ts'
import { apiEndpoint } from '../http/api-endpoint.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { isEbt } from '../payments/funding.ts'
import { findPaymentMethod } from '../payments/payment-methods.ts'
import { isPaymentOver } from '../payments/payment-status.ts'
import { findPayment, PAYMENTS } from '../payments/payments.ts'
import { cannotCapture } from '../payments/settle.ts'
import type { Payment } from '../state/store.ts'
import { keepPin } from './deferred-pins.ts'
import { pinBody, pinSchema, readPin } from './pin-body.ts'

const shared = {
  method: 'POST',
  merchant: 'required',
  idempotencyKey: 'optional',
  replies: { 204: { description: 'The PIN was taken.' } },
} as const

export const collectPinEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    ...shared,
    path: '/proxy/api/payments/:ref/collect_pin/',
    summary: 'Takes a PIN for a capture by the merchant’s server, later.',
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
    summary:
      'Takes a test PIN without a person who types it. In the sandbox only; its body and status are inferred.',
    source: 'docs.joinforage.app/reference/submit-pin-during-sandbox-testing',
    tokens: 'authentication',
    body: { schema: v.object({ pin: pinSchema }), resource: PAYMENTS },
    handle(call) {
      keepPin(call.context, requireOpen(call).ref, call.body.pin)
      return { status: 204 }
    },
  }),
]

/** A payment that a PIN can still be of use to. Its amount may come later. */
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
