import { apiEndpoint } from '../../api/api-endpoint.ts'
import type { EmulatorContext, RouteContext } from '../../context/context.ts'
import { bearerToken } from '../../http/bearer-token.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { findPaymentMethod } from '../../payment-methods/find-payment-method.ts'
import { pinBody, readPin } from '../../payment-methods/pin-body.ts'
import { sessionTokenTable } from '../../tokens/session-token.ts'
import { networkOf } from '../../vault/ebt-network.ts'
import { isEbt } from '../funding.ts'
import { paymentSchema, writePayment } from '../payment-wire.ts'
import { findPayment } from '../stored-payment.ts'
import { cannotCapture, captureEbt, requireCapturable } from './capture-ebt.ts'

/**
 * A declined capture answers the whole payment with `error` in it: forage-ios-sdk reads both as one object (PaymentModel.swift)
 * and decodes no other envelope of a decline. The status 400 is inferred.
 */
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
    const { payment, answer } = captureEbt(context, found, amount, (pan, benefit, cents) =>
      networkOf(context).capture(pan, pin, benefit, cents),
    )
    const written = writePayment(context, payment)
    if (!answer.approved) return { status: 400, body: { ...written, error: answer.decline } }
    return { status: 200, body: written }
  },
})

/** Applies the fault `expire-mid-capture`: the token worked for the SDK's GETs, and expires before the vault reads it. */
function expireMidCapture({ faults, store, time }: EmulatorContext, c: RouteContext): void {
  const tokens = store.table(sessionTokenTable)
  const token = tokens.get(bearerToken(c.req.header('authorization')) ?? '')
  if (!token || !faults.take('expire-mid-capture', c.req.path)) return
  tokens.set(token.value, { ...token, expiresAt: time.now() })
}
