import * as v from 'valibot'

import type { EmulatorContext } from '../context.ts'
import { formatAmount } from '../money.ts'
import type { Payment, Receipt } from '../state/store.ts'
import { writeBalance } from './payment-method-wire.ts'
import { balanceSchema, decimalSchema, isoTime, recordSchema, refSchema, timestampSchema } from './wire.ts'

/** docs.joinforage.app/reference/payments; docs and SDKs also spell `cancelled`. */
const paymentStatusSchema = v.picklist([
  'requires_confirmation',
  'processing',
  'succeeded',
  'failed',
  'canceled',
])

const receiptSchema = v.object({
  ref_number: v.string(),
  is_voided: v.boolean(),
  snap_amount: decimalSchema,
  ebt_cash_amount: decimalSchema,
  other_amount: decimalSchema,
  sales_tax_applied: decimalSchema,
  balance: v.intersect([v.object({ id: v.number() }), balanceSchema]),
  last_4: v.string(),
  message: v.string(),
  transaction_type: v.picklist(['Payment', 'Refund']),
  created: timestampSchema,
})

export const paymentSchema: v.GenericSchema = v.object({
  ref: refSchema,
  merchant: v.string(),
  funding_type: v.picklist(['ebt_snap', 'ebt_cash']),
  amount: v.nullable(decimalSchema),
  description: v.unknown(),
  metadata: recordSchema,
  payment_method: refSchema,
  customer_id: v.nullable(v.string()),
  external_order_id: v.nullable(v.string()),
  delivery_address: v.nullable(recordSchema),
  is_delivery: v.nullable(v.boolean()),
  created: timestampSchema,
  updated: timestampSchema,
  status: paymentStatusSchema,
  last_processing_error: v.nullable(v.string()),
  success_date: v.nullable(timestampSchema),
  receipt: v.nullable(receiptSchema),
  refunds: v.array(v.unknown()),
  expires_at: timestampSchema,
  previous_errors: v.array(v.object({ code: v.string(), message: v.string() })),
})

type PaymentStatus = v.InferOutput<typeof paymentStatusSchema>

/** 30 minutes after its creation a payment that did not succeed can't be captured any more. */
export function isPaymentExpired(payment: Payment, now: number): boolean {
  return payment.outcome.status !== 'succeeded' && now >= payment.expiresAt
}

function statusOf(context: EmulatorContext, payment: Payment): PaymentStatus {
  const expired = isPaymentExpired(payment, context.time.now())
  return expired ? context.switches.expiredPaymentStatus : payment.outcome.status
}

export function writePayment(context: EmulatorContext, payment: Payment): Record<string, unknown> {
  const { outcome } = payment
  return {
    ref: payment.ref,
    merchant: payment.merchant.fnsNumber,
    funding_type: payment.fundingType,
    amount: payment.amount === null ? null : formatAmount(payment.amount),
    description: payment.description,
    metadata: { ...payment.metadata },
    payment_method: payment.paymentMethod,
    customer_id: payment.customerId,
    external_order_id: payment.externalOrderId,
    delivery_address: payment.deliveryAddress && { ...payment.deliveryAddress },
    is_delivery: payment.isDelivery,
    created: isoTime(payment.createdAt),
    updated: isoTime(payment.updatedAt),
    status: statusOf(context, payment),
    last_processing_error: outcome.status === 'failed' ? outcome.error.code : null,
    success_date: outcome.status === 'succeeded' ? isoTime(outcome.at) : null,
    receipt: outcome.status === 'succeeded' ? writeReceipt(outcome.receipt) : null,
    refunds: [],
    expires_at: isoTime(payment.expiresAt),
    previous_errors: payment.previousErrors.map(({ code, message }) => ({ code, message })),
  }
}

function writeReceipt(receipt: Receipt): Record<string, unknown> {
  return {
    ref_number: receipt.reference,
    is_voided: false,
    snap_amount: formatAmount(receipt.snap),
    ebt_cash_amount: formatAmount(receipt.cash),
    other_amount: '0.00',
    sales_tax_applied: '0.00',
    balance: { id: 1, ...writeBalance(receipt.balance) },
    last_4: receipt.last4,
    message: 'Approved',
    transaction_type: 'Payment',
    created: isoTime(receipt.at),
  }
}
