import * as v from 'valibot'

import { formatAmount } from '../money.ts'
import type { Payment, Receipt } from '../state/store.ts'
import { isEbt } from './funding.ts'
import { writeBalance } from './payment-method-wire.ts'
import { balanceSchema, decimalSchema, isoTime, timestampSchema } from './wire.ts'

/** docs.joinforage.app/docs/receipts */
export const receiptSchema: v.GenericSchema = v.object({
  ref_number: v.string(),
  is_voided: v.boolean(),
  snap_amount: decimalSchema,
  ebt_cash_amount: decimalSchema,
  other_amount: decimalSchema,
  sales_tax_applied: decimalSchema,
  balance: v.nullable(v.intersect([v.object({ id: v.number() }), balanceSchema])),
  last_4: v.string(),
  message: v.string(),
  transaction_type: v.picklist(['Payment', 'Refund']),
  created: timestampSchema,
  sequence_number: v.string(),
})

/** "For EBT payments the response also includes complete receipt information": reference/capture-a-payment. */
export function writeReceipt(
  fundingType: Payment['fundingType'],
  receipt: Receipt,
  type: 'Payment' | 'Refund',
): Record<string, unknown> | null {
  if (!isEbt(fundingType)) return null
  return {
    ref_number: receipt.reference,
    is_voided: receipt.isVoided,
    snap_amount: formatAmount(receipt.snap),
    ebt_cash_amount: formatAmount(receipt.cash),
    other_amount: formatAmount(receipt.other),
    sales_tax_applied: '0.00',
    balance: receipt.balance && { id: idOf(receipt), ...writeBalance(receipt.balance) },
    last_4: receipt.last4,
    message: receipt.message,
    transaction_type: type,
    created: isoTime(receipt.at),
    // As "RE000d9d" in forage-android-sdk's fixtures.
    sequence_number: `${type === 'Payment' ? 'PU' : 'RE'}${receipt.reference.slice(0, 6)}`,
  }
}

/** Of the balance: a number that is its own, as a row in a database has. */
function idOf({ reference }: Receipt): number {
  return Number.parseInt(reference.slice(0, 6), 16)
}
