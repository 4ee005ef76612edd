import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../../api/api-endpoint.ts'
import type { EmulatorContext } from '../../context/context.ts'
import type { Switches } from '../../context/switches.ts'
import { invalidInput, listedError, type ApiError } from '../../http/api-error.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { formatAmount } from '../../shared/money.ts'
import { holdCredit } from '../../vault/credit-processor.ts'
import { networkOf } from '../../vault/ebt-network.ts'
import { isEbt } from '../funding.ts'
import { isPaymentOver } from '../payment-status.ts'
import { paymentSchema, writePayment } from '../payment-wire.ts'
import { PAYMENTS, type Payment, type PaymentFailure } from '../payment.ts'
import type { Receipt } from '../receipt.ts'
import { changePayment, findPayment, panOf } from '../stored-payment.ts'
import { benefitOf, cannotCapture, failed } from './capture-ebt.ts'
import { requireSum } from './captured-products.ts'

const shared = {
  method: 'POST',
  tokens: 'authentication',
  merchant: 'required',
  idempotencyKey: 'optional',
  replies: { 200: { description: 'The payment.', schema: paymentSchema } },
} as const

/** "If true, partial authorization is attempted when the cardholder balance is insufficient": reference/authorize-a-payment. */
const authorizeBody = v.object({
  request_partial_authorization: v.nullish(
    v.boolean('request_partial_authorization has to be true or false.'),
  ),
})

export const creditPaymentEndpoints = (switches: Switches): readonly Endpoint[] => [
  apiEndpoint({
    ...shared,
    tokens: switches.paymentTokens,
    path: '/api/payments/:ref/authorize/',
    summary: 'Holds the amount on an HSA or FSA card.',
    source: 'docs.joinforage.app/reference/authorize-a-payment',
    idempotencyKey: 'required',
    body: { schema: authorizeBody, resource: PAYMENTS, optional: true },
    handle: (call) => ({ status: 200, body: writePayment(call.context, authorize(call)) }),
  }),
  apiEndpoint({
    ...shared,
    path: '/api/payments/:ref/void/',
    summary: 'Voids an HSA or FSA payment, or a payment from a terminal.',
    source: 'docs.joinforage.app/reference/void-a-payment-custom-checkout',
    handle: (call) => ({ status: 200, body: writePayment(call.context, voidPayment(call)) }),
  }),
]

/** The codes are inferred from the code of a capture. */
function cannot(what: 'authorize' | 'void', path: string, ref: string, message: string): ApiError {
  return listedError(path, 400, {
    code: `cannot_${what}_payment`,
    message,
    source: { resource: PAYMENTS, ref },
  })
}

function authorize(call: ApiCall<v.InferOutput<typeof authorizeBody>>): Payment {
  const { body, context, path } = call
  const payment = findPayment(call, call.params['ref'])
  const { amount, fundingType, outcome, ref } = payment
  if (isEbt(fundingType))
    throw cannot('authorize', path, ref, 'This endpoint can only be used for HSA/FSA payments.')
  if (isPaymentOver(context, payment) || outcome.status === 'authorized')
    throw cannot('authorize', path, ref, `Payment with ref ${ref} is already authorized, or finished.`)
  if (amount === null)
    throw cannot('authorize', path, ref, `Payment with ref ${ref} cannot be authorized without an amount.`)
  const mayBePartial = body.request_partial_authorization ?? false
  const { healthcareBalanceCents } = context.switches
  const answer = holdCredit(panOf(context, payment), healthcareBalanceCents, { amount, mayBePartial })
  if (!answer.approved) throw declineCredit(context, path, payment, answer.decline)
  return changePayment(context, payment, {
    // "The original amount is moved into a field requested_amount and the actual amount authorized will be in field amount."
    ...(mayBePartial ? { requestedAmount: amount, amount: answer.amount } : {}),
    outcome: { status: 'authorized', amount: answer.amount },
  })
}

function declineCredit(
  context: EmulatorContext,
  path: string,
  payment: Payment,
  decline: PaymentFailure,
): ApiError {
  changePayment(context, payment, failed(payment.previousErrors, decline))
  return listedError(path, 400, { ...decline, source: { resource: PAYMENTS, ref: payment.ref } })
}

/** Captures all or a part of the held amount: "The capture_amount must be less than or equal to the original amount". */
export function captureCredit(
  call: ApiCall,
  payment: Payment,
  amount: number | undefined,
  products: readonly unknown[],
): Payment {
  const { context, now, path } = call
  const { outcome, ref } = payment
  if (outcome.status !== 'authorized' || isPaymentOver(context, payment))
    throw cannotCapture(
      path,
      ref,
      `Payment with ref ${ref} is not authorized and therefore cannot be captured.`,
    )
  const { amount: held } = outcome
  const captured = amount ?? held
  if (captured > held)
    throw invalidInput(path, PAYMENTS, `capture_amount has to be at most ${formatAmount(held)}.`)
  requireSum(path, ref, captured, products)
  context.store.count('captures')
  const receipt = creditReceipt(context, panOf(context, payment), captured)
  return changePayment(context, payment, {
    amount: captured,
    authorizedAmount: held,
    outcome: { status: 'succeeded', at: now, receipt },
  })
}

export function creditReceipt({ time }: EmulatorContext, pan: string, amount: number): Receipt {
  return {
    snap: 0,
    cash: 0,
    other: amount,
    balance: null,
    last4: pan.slice(-4),
    at: time.now(),
    message: 'Approved',
    voidedAt: null,
  }
}

function voidPayment(call: ApiCall): Payment {
  const { context, path } = call
  const payment = findPayment(call, call.params['ref'])
  const { fundingType, isPos = false, ref } = payment
  if (!isEbt(fundingType)) return voidCredit(context, path, payment)
  if (!isPos)
    throw cannot('void', path, ref, `Payment with ref ${ref} was not made at a terminal. Refund it instead.`)
  return voidEbt(context, path, payment)
}

/** Returns the held or charged money to the cardholder. The status `canceled` is inferred. */
function voidCredit(context: EmulatorContext, path: string, payment: Payment): Payment {
  const { status } = payment.outcome
  const hasRefunds = (payment.refunds ?? []).length > 0
  if ((status !== 'authorized' && status !== 'succeeded') || hasRefunds)
    throw cannot(
      'void',
      path,
      payment.ref,
      `Payment with ref ${payment.ref} was not charged, or was refunded.`,
    )
  return changePayment(context, payment, { outcome: { status: 'canceled' } })
}

/**
 * Reverses the capture, but keeps its receipt: "The returned balance accounts for the original transaction, before the
 * void".
 */
function voidEbt(context: EmulatorContext, path: string, payment: Payment): Payment {
  const { amount, outcome, ref, refunds = [] } = payment
  if (outcome.status !== 'succeeded' || outcome.receipt.voidedAt !== null || refunds.length > 0)
    throw cannot(
      'void',
      path,
      ref,
      `Payment with ref ${ref} has not succeeded, was refunded, or is already void.`,
    )
  networkOf(context).reverse(panOf(context, payment), benefitOf(payment), amount ?? 0)
  return changePayment(context, payment, {
    outcome: { ...outcome, receipt: { ...outcome.receipt, voidedAt: context.time.now() } },
  })
}
