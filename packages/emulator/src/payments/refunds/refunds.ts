import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../../api/api-endpoint.ts'
import { listedError, type ApiError } from '../../http/api-error.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { isSince } from '../../shared/api-versions.ts'
import { recordSchema, utcTime } from '../../shared/wire.ts'
import { isEbt } from '../funding.ts'
import { amountSchema, centsSchema } from '../payment-body.ts'
import { PAYMENTS, type Payment } from '../payment.ts'
import { findPayment } from '../stored-payment.ts'
import { refundable, refundPayment, voidRefund } from './refund-payment.ts'
import { refundSchema, writeRefund } from './refund-wire.ts'
import { REFUND_WINDOW_MS, REFUNDS, refundsOf, UNKNOWN_REFUND, type Refund } from './refund.ts'

const newRefund = v.object({
  amount: amountSchema,
  reason: v.string('reason has to be a string.'),
  metadata: recordSchema,
  external_order_id: v.nullish(v.string('external_order_id has to be a string.')),
  pos_terminal: v.nullish(recordSchema),
  merchant_fixed_settlement: v.nullish(centsSchema),
  platform_fixed_settlement: v.nullish(centsSchema),
})

const shared = { tokens: 'authentication', merchant: 'required' } as const
const oneRefund = { 200: { description: 'The refund.', schema: refundSchema } }

export const refundEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    ...shared,
    method: 'POST',
    path: '/api/payments/:ref/refunds/',
    summary: 'Refunds a payment, whole or in part.',
    source: 'docs.joinforage.app/reference/create-payment-refund',
    idempotencyKey: 'required',
    body: { schema: newRefund, resource: REFUNDS },
    replies: { 201: { description: 'The refund, even if it failed.', schema: refundSchema } },
    handle: (call) => ({ status: 201, body: writeRefund(call.context, addRefund(call)) }),
  }),
  apiEndpoint({
    ...shared,
    method: 'GET',
    path: '/api/payments/:ref/refunds/',
    summary: 'Lists the refunds of a payment.',
    source: 'docs.joinforage.app/reference/get-all-payment-refunds',
    replies: { 200: { description: 'The refunds.', schema: v.array(refundSchema) } },
    handle: (call) => {
      const refunds = refundsOf(call.context, findPayment(call, call.params['ref']))
      return { status: 200, body: refunds.map((refund) => writeRefund(call.context, refund)) }
    },
  }),
  apiEndpoint({
    ...shared,
    method: 'GET',
    path: '/api/payments/:ref/refunds/:refund/',
    summary: 'Reads a refund of a payment.',
    source: 'docs.joinforage.app/reference/get-a-payment-refund',
    replies: oneRefund,
    handle: (call) => ({ status: 200, body: writeRefund(call.context, findRefund(call).refund) }),
  }),
  apiEndpoint({
    ...shared,
    method: 'POST',
    path: '/api/payments/:ref/refunds/:refund/void/',
    summary: 'Voids a refund from a terminal.',
    source: 'docs.joinforage.app/reference/void-a-refund',
    idempotencyKey: 'optional',
    replies: oneRefund,
    handle: (call) => ({ status: 200, body: writeRefund(call.context, voidOf(call)) }),
  }),
]

function findRefund(call: ApiCall): { payment: Payment; refund: Refund } {
  const payment = findPayment(call, call.params['ref'])
  const ref = call.params['refund'] ?? ''
  const refund = refundsOf(call.context, payment).find((each) => each.ref === ref)
  if (!refund) throw unknownRefund(call, ref)
  return { payment, refund }
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownRefund({ merchant, path }: ApiCall, ref: string): ApiError {
  const message = `Refund with ref ${ref} does not exist for current Merchant with FNS ${merchant.fnsNumber}.`
  return listedError(path, 404, {
    code: 'resource_not_found',
    message,
    source: { resource: UNKNOWN_REFUND, ref },
  })
}

function addRefund(call: ApiCall<v.InferOutput<typeof newRefund>>): Refund {
  const { body, context, path, version } = call
  const payment = requireRefundable(call, findPayment(call, call.params['ref']))
  const isExcess = body.amount > refundable(context, payment)
  // Only the EBT network has the code 61.
  if (isExcess && (!isEbt(payment.fundingType) || context.switches.excessRefund === 'reject'))
    throw refused(path, 'refund_exceeds_payment_amount', payment, 'Refunds exceed the amount of the payment.')
  return refundPayment(context, payment, {
    amount: body.amount,
    reason: body.reason,
    metadata: body.metadata,
    externalOrderId: body.external_order_id ?? payment.externalOrderId,
    isPos: Boolean(body.pos_terminal),
    merchantFixed: body.merchant_fixed_settlement ?? 0,
    platformFixed: body.platform_fixed_settlement ?? 0,
    // docs.joinforage.app/reference/changelog: since this version, the answer has the receipt.
    processingMs: isSince(version, '2024-01-08') ? 0 : context.switches.refundProcessingMs,
  })
}

/** The code for a payment that did not succeed is inferred from the code of a capture. */
function requireRefundable({ now, path }: ApiCall, payment: Payment): Payment {
  const { fundingType, outcome, ref } = payment
  if (outcome.status !== 'succeeded')
    throw refused(
      path,
      'cannot_refund_payment',
      payment,
      `Payment with ref ${ref} has not succeeded and therefore cannot be refunded.`,
    )
  if (isEbt(fundingType) && now - outcome.at > REFUND_WINDOW_MS)
    throw refused(
      path,
      'cannot_refund_after_90_days',
      payment,
      `Per federal regulations, refunds to EBT payment methods cannot be processed after 90 days. Payment ${ref} succeeded on ${utcTime(outcome.at)}`,
    )
  return payment
}

function voidOf(call: ApiCall): Refund {
  const { context, path } = call
  const { payment, refund } = findRefund(call)
  if (!refund.isPos)
    throw refused(
      path,
      'cannot_void_refund',
      payment,
      `Refund with ref ${refund.ref} was not made at a terminal.`,
    )
  const voided = voidRefund(context, payment, refund)
  if (!voided)
    throw refused(
      path,
      'cannot_void_refund',
      payment,
      `Refund with ref ${refund.ref} has not succeeded, is already void, or cannot be charged again.`,
    )
  return voided
}

function refused(path: string, code: string, { ref }: Payment, message: string): ApiError {
  return listedError(path, 400, { code, message, source: { resource: PAYMENTS, ref } })
}
