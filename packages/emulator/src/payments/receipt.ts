import * as v from 'valibot'

import { formatAmount } from '../shared/money.ts'
import { decimalSchema, isoTime, timestampSchema } from '../shared/wire.ts'
import { balanceSchema, writeBalance, type Balance } from '../vault/balance.ts'
import { isEbt, type FundingType } from './funding.ts'

/** The receipt of a capture or a refund. Amounts in cents. */
export interface Receipt {
  readonly snap: number
  readonly cash: number
  /** The part that no benefit paid. */
  readonly other: number
  /** Null if the card has no EBT account. */
  readonly balance: Balance | null
  readonly last4: string
  readonly at: number
  /** `Approved`, or the reason of the decline. */
  readonly message: string
  /** When the capture or refund was voided. Null if it was not. */
  readonly voidedAt: number | null
}

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

/**
 * Writes the receipt of an EBT payment, or null: "For EBT payments the response also includes complete receipt
 * information" (docs.joinforage.app/reference/capture-a-payment).
 */
export function writeReceipt(
  { ref, fundingType }: { readonly ref: string; readonly fundingType: FundingType },
  receipt: Receipt,
  type: 'Payment' | 'Refund',
): Record<string, unknown> | null {
  if (!isEbt(fundingType)) return null
  return {
    // The ref of the payment or refund: docs.joinforage.app/docs/receipts and forage-ios-sdk's ForageMocks.swift.
    ref_number: ref,
    is_voided: receipt.voidedAt !== null,
    snap_amount: formatAmount(receipt.snap),
    ebt_cash_amount: formatAmount(receipt.cash),
    other_amount: formatAmount(receipt.other),
    sales_tax_applied: '0.00',
    balance: receipt.balance && { id: idOf(ref), ...writeBalance(receipt.balance) },
    last_4: receipt.last4,
    message: receipt.message,
    transaction_type: type,
    created: isoTime(receipt.at),
    // Like "RE000d9d" in forage-android-sdk's fixtures.
    sequence_number: `${type === 'Payment' ? 'PU' : 'RE'}${ref.slice(0, 6)}`,
  }
}

/** Returns the ID of the receipt's balance: a number that differs for each, like the ID of a database row. */
function idOf(ref: string): number {
  return Number.parseInt(ref.slice(0, 6), 16)
}
