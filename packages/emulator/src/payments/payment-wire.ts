import * as v from 'valibot'

import type { EmulatorContext } from '../context/context.ts'
import { formatAmount } from '../shared/money.ts'
import { decimalSchema, isoTime, recordSchema, refSchema, timestampSchema, utcTime } from '../shared/wire.ts'
import { fundingTypes } from './funding.ts'
import { paymentStatus, paymentStatuses } from './payment-status.ts'
import type { Payment } from './payment.ts'
import { receiptSchema, writeReceipt } from './receipt.ts'
import { refundSchema, writeRefund } from './refunds/refund-wire.ts'
import { refundsOf } from './refunds/refund.ts'

const amount = v.nullable(decimalSchema)

/** docs.joinforage.app/reference/payments. Only older examples have the last four fields. */
export const paymentSchema: v.GenericSchema = v.object({
  ref: refSchema,
  merchant: v.string(),
  funding_type: v.picklist(fundingTypes),
  amount,
  description: v.unknown(),
  metadata: recordSchema,
  payment_method: refSchema,
  customer_id: v.nullable(v.string()),
  external_order_id: v.nullable(v.string()),
  delivery_address: v.nullable(recordSchema),
  is_delivery: v.nullable(v.boolean()),
  created: timestampSchema,
  updated: timestampSchema,
  status: v.picklist(paymentStatuses),
  last_processing_error: v.nullable(v.string()),
  success_date: v.nullable(timestampSchema),
  receipt: v.nullable(receiptSchema),
  refunds: v.array(v.union([refSchema, refundSchema])),
  expires_at: timestampSchema,
  previous_errors: v.array(v.object({ code: v.string(), message: v.string() })),
  requested_amount: amount,
  authorization_amount: amount,
  qualified_healthcare_total: amount,
  qualified_healthcare_subtotal: amount,
  tpp_lookup_id: v.null(),
  platform_fee: amount,
  merchant_fixed_settlement: amount,
  platform_fixed_settlement: amount,
})

/** Writes a payment. `refunds` has the refs of the refunds, or the whole refunds if the query has `with_refunds`. */
export function writePayment(
  context: EmulatorContext,
  payment: Payment,
  refunds: 'refs' | 'whole' = 'refs',
): Record<string, unknown> {
  return {
    ref: payment.ref,
    merchant: payment.merchant.fnsNumber,
    funding_type: payment.fundingType,
    amount: decimal(payment.amount),
    description: payment.description,
    metadata: { ...payment.metadata },
    payment_method: payment.paymentMethod,
    customer_id: payment.customerId,
    external_order_id: payment.externalOrderId,
    delivery_address: payment.deliveryAddress && { ...payment.deliveryAddress },
    is_delivery: payment.isDelivery,
    created: isoTime(payment.createdAt),
    updated: isoTime(payment.updatedAt),
    status: paymentStatus(context, payment),
    ...writeOutcome(payment),
    refunds: writeRefunds(context, payment, refunds),
    expires_at: isoTime(payment.expiresAt),
    previous_errors: payment.previousErrors.map(({ code, message }) => ({ code, message })),
    ...writeHealthcare(payment),
    ...writeSettlement(payment),
  }
}

function writeOutcome(payment: Payment): Record<string, unknown> {
  const { outcome } = payment
  const succeeded = outcome.status === 'succeeded' ? outcome : undefined
  return {
    last_processing_error: outcome.status === 'failed' ? outcome.error.code : null,
    // In the SDKs' fixtures it ends in Z in every version.
    success_date: succeeded ? utcTime(succeeded.at) : null,
    receipt: succeeded ? writeReceipt(payment, succeeded.receipt, 'Payment') : null,
  }
}

function writeRefunds(context: EmulatorContext, payment: Payment, as: 'refs' | 'whole'): unknown[] {
  if (as === 'refs') return [...(payment.refunds ?? [])]
  return refundsOf(context, payment).map((refund) => writeRefund(context, refund))
}

function writeHealthcare(payment: Payment): Record<string, unknown> {
  const { authorizedAmount, healthcare, requestedAmount } = payment
  return {
    requested_amount: decimal(requestedAmount),
    authorization_amount: decimal(authorizedAmount),
    qualified_healthcare_total: decimal(healthcare?.total),
    qualified_healthcare_subtotal: decimal(healthcare?.subtotal),
  }
}

function writeSettlement({ settlement }: Payment): Record<string, unknown> {
  return {
    tpp_lookup_id: null,
    platform_fee: decimal(settlement?.platformFee),
    merchant_fixed_settlement: decimal(settlement?.merchantFixed),
    platform_fixed_settlement: decimal(settlement?.platformFixed),
  }
}

function decimal(cents: number | null | undefined): string | null {
  return cents === null || cents === undefined ? null : formatAmount(cents)
}
