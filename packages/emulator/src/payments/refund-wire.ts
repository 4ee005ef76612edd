import * as v from 'valibot'

import type { EmulatorContext } from '../context.ts'
import { formatAmount } from '../money.ts'
import type { Payment, Refund } from '../state/store.ts'
import { fundingTypes } from './funding.ts'
import { receiptSchema, writeReceipt } from './receipt-wire.ts'
import { decimalSchema, isoTime, recordSchema, refSchema, timestampSchema } from './wire.ts'

/** docs.joinforage.app/reference/payment-refunds */
export const refundSchema: v.GenericSchema = v.object({
  ref: refSchema,
  payment_ref: refSchema,
  merchant: v.string(),
  funding_type: v.picklist(fundingTypes),
  amount: decimalSchema,
  reason: v.string(),
  metadata: recordSchema,
  created: timestampSchema,
  updated: timestampSchema,
  status: v.picklist(['processing', 'succeeded', 'failed']),
  last_processing_error: v.nullable(v.string()),
  receipt: v.nullable(receiptSchema),
  external_order_id: v.nullable(v.string()),
})

export function isProcessing({ time }: EmulatorContext, refund: Refund): boolean {
  return time.now() < refund.settlesAt
}

/** In the order of their creation. */
export function refundsOf({ store }: EmulatorContext, { refunds = [] }: Payment): Refund[] {
  return refunds.flatMap((ref) => store.refunds.get(ref) ?? [])
}

export function writeRefund(context: EmulatorContext, refund: Refund): Record<string, unknown> {
  const { fundingType, outcome } = refund
  const settled = isProcessing(context, refund) ? undefined : outcome
  return {
    ref: refund.ref,
    payment_ref: refund.payment,
    merchant: refund.merchant.fnsNumber,
    funding_type: fundingType,
    amount: formatAmount(refund.amount),
    reason: refund.reason,
    metadata: { ...refund.metadata },
    created: isoTime(refund.createdAt),
    updated: isoTime(settled ? refund.settlesAt : refund.createdAt),
    status: settled?.status ?? 'processing',
    last_processing_error: settled?.status === 'failed' ? settled.error.code : null,
    receipt: settled ? writeReceipt(fundingType, settled.receipt, 'Refund') : null,
    external_order_id: refund.externalOrderId,
  }
}
