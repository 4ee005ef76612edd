import type { EmulatorContext, RouteContext } from '../context.ts'
import { apiEndpoint } from '../http/api-endpoint.ts'
import { bearerToken } from '../http/authentication.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ebtEnvelope } from '../http/error-envelopes.ts'
import { isEbt } from '../payments/funding.ts'
import { findPaymentMethod } from '../payments/payment-methods.ts'
import { paymentSchema, writePayment } from '../payments/payment-wire.ts'
import { findPayment } from '../payments/payments.ts'
import { cannotCapture, requireCapturable, settle } from '../payments/settle.ts'
import { networkOf } from './ebt-network.ts'
import { pinBody, readPin } from './pin-body.ts'

export const captureEndpoint: Endpoint = apiEndpoint({
  method: 'POST',
  path: '/proxy/api/payments/:ref/capture/',
  summary: 'Captures a payment with the PIN.',
  source: 'forage-android-sdk RosettaPinSubmitter.kt',
  tokens: 'either',
  merchant: 'required',
  idempotencyKey: 'optional',
  body: pinBody,
  replies: { 200: { description: 'The payment with its receipt.', schema: paymentSchema } },
  before: expireMidCapture,
  handle(call) {
    const { context } = call
    const found = findPayment(call, call.params['ref'])
    if (!isEbt(found.fundingType))
      throw cannotCapture(call.path, found.ref, `Payment with ref ${found.ref} is not captured with a PIN.`)
    const pin = readPin(call, findPaymentMethod(call, found.paymentMethod))
    const amount = requireCapturable(context, call.path, found)
    const { payment, answer } = settle(context, found, amount, (pan, benefit, cents) =>
      networkOf(context).capture(pan, pin, benefit, cents),
    )
    if (!answer.approved) return { status: 400, body: ebtEnvelope(payment.ref, answer.decline) }
    return { status: 200, body: writePayment(context, payment) }
  },
})

/** The fault of that name: the SDK's GETs went through with this token, the vault finds it expired. */
function expireMidCapture({ faults, store, time }: EmulatorContext, c: RouteContext): void {
  const token = store.sessionTokens.get(bearerToken(c.req.header('authorization')) ?? '')
  if (!token || !faults.take('expire-mid-capture', c.req.path)) return
  store.sessionTokens.set(token.value, { ...token, expiresAt: time.now() })
}
