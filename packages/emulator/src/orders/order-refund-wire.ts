import * as v from 'valibot'

import type { EmulatorContext } from '../context/context.ts'
import { settlementEntries, writeSettlements } from '../payments/refunds/refund-wire.ts'
import { formatAmount } from '../shared/money.ts'
import { decimalSchema, isoTime, recordSchema, refSchema, timestampSchema } from '../shared/wire.ts'
import { isProcessing, type OrderRefund } from './order-refund.ts'
import { orderReceiptSchema, writeOrderReceipt } from './order-wire.ts'

/** docs.joinforage.app/reference/order-refunds */
export const orderRefundSchema: v.GenericSchema = v.object({
  ref: refSchema,
  order: refSchema,
  payment: refSchema,
  merchant: v.string(),
  funding_type: v.picklist(['ebt_snap', 'ebt_cash']),
  amount: decimalSchema,
  ...settlementEntries,
  reason: v.string(),
  metadata: recordSchema,
  created: timestampSchema,
  updated: timestampSchema,
  status: v.picklist(['processing', 'succeeded', 'failed']),
  last_processing_error: v.nullable(v.string()),
  receipt: v.nullable(orderReceiptSchema),
  tpp_lookup_id: v.null(),
  refund_errors: v.array(v.object({ code: v.string(), message: v.string() })),
})

export function writeOrderRefund(context: EmulatorContext, refund: OrderRefund): Record<string, unknown> {
  const { outcome } = refund
  const isComplete = !isProcessing(context, refund)
  const receipt = isComplete && outcome.status === 'succeeded' ? outcome.receipt : null
  const error = isComplete && outcome.status === 'failed' ? outcome.error : null
  return {
    ref: refund.ref,
    order: refund.order,
    payment: refund.payment,
    merchant: refund.merchant.fnsNumber,
    funding_type: refund.fundingType,
    amount: formatAmount(refund.amount),
    ...writeSettlements(),
    reason: refund.reason,
    metadata: { ...refund.metadata },
    created: isoTime(refund.createdAt),
    updated: isoTime(isComplete ? refund.completesAt : refund.createdAt),
    status: isComplete ? outcome.status : 'processing',
    last_processing_error: error && error.code,
    receipt: receipt && writeOrderReceipt(refund.ref, receipt, 'Refund'),
    tpp_lookup_id: null,
    refund_errors: error ? [{ code: error.code, message: error.message }] : [],
  }
}
