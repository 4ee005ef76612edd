import * as v from 'valibot'

import type { EmulatorContext } from '../../context/context.ts'
import { formatAmount } from '../../shared/money.ts'
import { decimalSchema, isoTime, recordSchema, refSchema, timestampSchema } from '../../shared/wire.ts'
import { fundingTypes } from '../funding.ts'
import { receiptSchema, writeReceipt } from '../receipt.ts'
import { isProcessing, type Refund } from './refund.ts'

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

export function writeRefund(context: EmulatorContext, refund: Refund): Record<string, unknown> {
  const { outcome } = refund
  const completed = isProcessing(context, refund) ? undefined : outcome
  return {
    ref: refund.ref,
    payment_ref: refund.payment,
    merchant: refund.merchant.fnsNumber,
    funding_type: refund.fundingType,
    amount: formatAmount(refund.amount),
    reason: refund.reason,
    metadata: { ...refund.metadata },
    created: isoTime(refund.createdAt),
    updated: isoTime(completed ? refund.completesAt : refund.createdAt),
    status: completed?.status ?? 'processing',
    last_processing_error: completed?.status === 'failed' ? completed.error.code : null,
    receipt: completed ? writeReceipt(refund, completed.receipt, 'Refund') : null,
    external_order_id: refund.externalOrderId,
  }
}
