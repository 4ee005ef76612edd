import * as v from 'valibot'

import type { EmulatorContext } from '../../context/context.ts'
import { formatAmount } from '../../shared/money.ts'
import { decimalSchema, isoTime, recordSchema, refSchema, timestampSchema } from '../../shared/wire.ts'
import { fundingTypes } from '../funding.ts'
import { receiptSchema, writeReceipt } from '../receipt.ts'
import { isProcessing, type Refund } from './refund.ts'

interface SettlementEntries {
  readonly merchant_fixed_settlement: v.GenericSchema<number>
  readonly platform_fixed_settlement: v.GenericSchema<number>
}

/** Numbers, unlike other decimals: docs.joinforage.app/reference/payment-refunds and /order-refunds. */
export const settlementEntries: SettlementEntries = {
  merchant_fixed_settlement: v.number(),
  platform_fixed_settlement: v.number(),
}

/** Writes both settlements of a refund, in cents. They are 0 if the request had none (inferred). */
export function writeSettlements(merchantFixed = 0, platformFixed = 0): Record<string, number> {
  return {
    merchant_fixed_settlement: merchantFixed / 100,
    platform_fixed_settlement: platformFixed / 100,
  }
}

/** docs.joinforage.app/reference/payment-refunds */
export const refundSchema: v.GenericSchema = v.object({
  ref: refSchema,
  payment_ref: refSchema,
  merchant: v.string(),
  funding_type: v.picklist(fundingTypes),
  amount: decimalSchema,
  ...settlementEntries,
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
    ...writeSettlements(refund.merchantFixed, refund.platformFixed),
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
