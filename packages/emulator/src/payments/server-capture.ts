import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../http/api-endpoint.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { EbtDecline } from '../http/error-envelopes.ts'
import type { Payment } from '../state/store.ts'
import { takePin } from '../vault/deferred-pins.ts'
import { ebtDecline } from '../vault/ebt-declines.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { goodPin } from '../vault/test-cards.ts'
import { captureCredit } from './credit-payments.ts'
import { isEbt } from './funding.ts'
import { paymentSchema, writePayment } from './payment-wire.ts'
import { amountSchema, centsSchema, findPayment, PAYMENTS } from './payments.ts'
import { cannotCapture, panOf, requireCapturable, settle } from './settle.ts'

/** "Avoid using these in EBT transactions": there they are ignored. */
const captureBody = v.object({
  capture_amount: v.nullish(amountSchema),
  qualified_healthcare_total: v.nullish(centsSchema),
  qualified_healthcare_subtotal: v.nullish(centsSchema),
  product_list: v.nullish(v.array(v.unknown(), 'product_list has to be a list.')),
})

const shared = {
  method: 'POST',
  tokens: 'authentication',
  merchant: 'required',
  idempotencyKey: 'optional',
  replies: { 200: { description: 'The payment with its receipt.', schema: paymentSchema } },
} as const

export const serverCaptureEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    ...shared,
    path: '/api/payments/:ref/capture_payment/',
    summary:
      'Captures a payment from the backend: EBT with the PIN that was collected before, HSA and FSA from the hold.',
    source: 'docs.joinforage.app/reference/capture-a-payment',
    body: { schema: captureBody, resource: PAYMENTS, optional: true },
    handle(call) {
      const payment = findPayment(call, call.params['ref'])
      const captured = isEbt(payment.fundingType)
        ? captureEbt(call, payment)
        : captureCredit(call, payment, call.body.capture_amount ?? undefined)
      return { status: 200, body: writePayment(call.context, captured) }
    },
  }),
  apiEndpoint({
    ...shared,
    path: '/api/payments/:ref/capture-sync/',
    summary: 'Captures a payment without a person who types a PIN. In the sandbox only.',
    source: 'docs.joinforage.app/reference/capture-a-payment-during-sandbox-testing',
    handle(call) {
      const payment = findPayment(call, call.params['ref'])
      const pin = goodPin(panOf(call.context, payment))
      return {
        status: 200,
        body: writePayment(
          call.context,
          charge(call, payment, () => pin),
        ),
      }
    },
  }),
]

function captureEbt(call: ApiCall, payment: Payment): Payment {
  return charge(call, payment, () => {
    const pin = takePin(call.context, payment.ref)
    if (pin === undefined) throw missingPin(call, payment.ref)
    return pin
  })
}

/** The PIN is taken only for a payment that can be captured: it is used once, whatever the network answers. */
function charge(call: ApiCall, payment: Payment, takeThePin: () => string): Payment {
  const { context, path } = call
  if (!isEbt(payment.fundingType))
    throw cannotCapture(path, payment.ref, `Payment with ref ${payment.ref} is not captured with a PIN.`)
  const amount = requireCapturable(context, path, payment)
  const pin = takeThePin()
  const settled = settle(context, payment, amount, (pan, benefit, cents) =>
    networkOf(context).capture(pan, pin, benefit, cents),
  )
  if (!settled.answer.approved) throw declined(path, payment.ref, settled.answer.decline)
  return settled.payment
}

function missingPin({ context, path }: ApiCall, ref: string): Error {
  if (context.switches.missingPin === 'ebt_error_55') return declined(path, ref, ebtDecline('55'))
  return cannotCapture(path, ref, `Payment with ref ${ref} has no PIN: it has to be collected first.`)
}

/** The API's own envelope: that of the vault is the vault's. */
function declined(path: string, ref: string, { details, forage_code, message }: EbtDecline): ApiError {
  const source = { resource: PAYMENTS, ref }
  return listedError(path, 400, { code: forage_code, message, source, ...(details ? { details } : {}) })
}
