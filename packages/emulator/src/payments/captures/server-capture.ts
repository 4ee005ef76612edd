import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../../api/api-endpoint.ts'
import type { Switches } from '../../context/switches.ts'
import { listedError, type ApiError } from '../../http/api-error.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import type { EbtDecline } from '../../http/error-envelopes.ts'
import { takePin } from '../../vault/deferred-pins.ts'
import { ebtDecline } from '../../vault/ebt-declines.ts'
import { networkOf } from '../../vault/ebt-network.ts'
import { goodPin } from '../../vault/test-cards.ts'
import { isEbt } from '../funding.ts'
import { amountSchema, centsSchema } from '../payment-body.ts'
import { paymentSchema, writePayment } from '../payment-wire.ts'
import { PAYMENTS, type Payment } from '../payment.ts'
import { findPayment, panOf } from '../stored-payment.ts'
import { cannotCapture, captureEbt, requireCapturable } from './capture-ebt.ts'
import { requireSum } from './captured-products.ts'
import { captureCredit } from './credit-payments.ts'

/**
 * "Avoid using" these in EBT transactions, because that "may cause unexpected behavior": docs.joinforage.app/reference/capture-a-payment.
 * The emulator then ignores the amounts, and checks the sum of the products as for any capture (reference/sdk-errors).
 */
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

export const serverCaptureEndpoints = (switches: Switches): readonly Endpoint[] => [
  apiEndpoint({
    ...shared,
    tokens: switches.paymentTokens,
    path: '/api/payments/:ref/capture_payment/',
    summary: 'Captures a payment from the backend: EBT with the collected PIN, HSA and FSA from the hold.',
    source: 'docs.joinforage.app/reference/capture-a-payment',
    body: { schema: captureBody, resource: PAYMENTS, optional: true },
    handle(call) {
      const payment = findPayment(call, call.params['ref'])
      const products = call.body.product_list ?? []
      const captured = isEbt(payment.fundingType)
        ? captureWithKeptPin(call, payment, products)
        : captureCredit(call, payment, call.body.capture_amount ?? undefined, products)
      return { status: 200, body: writePayment(call.context, captured) }
    },
  }),
  apiEndpoint({
    ...shared,
    path: '/api/payments/:ref/capture-sync/',
    summary: 'Captures a payment without a typed PIN. In the sandbox only.',
    source: 'docs.joinforage.app/reference/capture-a-payment-during-sandbox-testing',
    handle(call) {
      const payment = findPayment(call, call.params['ref'])
      const pin = goodPin(panOf(call.context, payment))
      return {
        status: 200,
        body: writePayment(
          call.context,
          captureWithPin(call, payment, () => pin),
        ),
      }
    },
  }),
]

function captureWithKeptPin(call: ApiCall, payment: Payment, products: readonly unknown[]): Payment {
  return captureWithPin(call, payment, (amount) => {
    requireSum(call.path, payment.ref, amount, products)
    const pin = takePin(call.context, payment.ref)
    if (pin === undefined) throw missingPin(call, payment.ref)
    return pin
  })
}

/** Takes the PIN only if the payment can be captured, because a PIN works once, even if the network declines. */
function captureWithPin(call: ApiCall, payment: Payment, takeThePin: (amount: number) => string): Payment {
  const { context, path } = call
  if (!isEbt(payment.fundingType))
    throw cannotCapture(path, payment.ref, `Payment with ref ${payment.ref} is not captured with a PIN.`)
  const amount = requireCapturable(context, path, payment)
  const pin = takeThePin(amount)
  const captured = captureEbt(context, payment, amount, (pan, benefit, cents) =>
    networkOf(context).capture(pan, pin, benefit, cents),
  )
  if (!captured.answer.approved) throw declined(path, payment.ref, captured.answer.decline)
  return captured.payment
}

function missingPin({ context, path }: ApiCall, ref: string): Error {
  if (context.switches.missingPin === 'ebt_error_55') return declined(path, ref, ebtDecline('55'))
  return cannotCapture(path, ref, `Payment with ref ${ref} has no PIN. Collect it first.`)
}

/** Returns the decline in the API's envelope, which differs from the vault's. */
function declined(path: string, ref: string, { details, forage_code, message }: EbtDecline): ApiError {
  const source = { resource: PAYMENTS, ref }
  return listedError(path, 400, { code: forage_code, message, source, ...(details ? { details } : {}) })
}
