import type { EmulatorContext } from '../context/context.ts'
import { orderRefundTable } from '../orders/order-refund.ts'
import { paymentMethodTable } from '../payment-methods/payment-method.ts'
import { paymentTable, type Payment } from '../payments/payment.ts'
import type { Receipt } from '../payments/receipt.ts'
import { refundTable } from '../payments/refunds/refund.ts'
import { isSince } from '../shared/api-versions.ts'
import type { Merchant } from '../shared/merchants.ts'
import { isoTime } from '../shared/wire.ts'
import type { Period, ReportCall } from './report-page.ts'

export type TransactionKind = 'Purchase' | 'Refund' | 'Void_Purchase' | 'Void_Refund'

/** "Any financial operation that triggers a flow of funds": docs.joinforage.app/reference/get-transaction-report. */
export interface Transaction {
  readonly ref: string
  readonly order: string | null
  readonly merchant: Merchant
  readonly kind: TransactionKind
  readonly tender: 'SNAP' | 'EBT_Cash' | 'Credit_Debit' | 'Payfac_Credit_Debit' | 'HSA'
  /** Cents. */
  readonly amount: number
  readonly at: number
}

/** Returns the flows of funds of a period, in the order of time. */
export function transactionsOf(
  context: EmulatorContext,
  merchant: Merchant | undefined,
  { from, until }: Period,
): Transaction[] {
  const isReported = ({ at, merchant: { id } }: Transaction): boolean =>
    at >= from && at < until && (merchant === undefined || id === merchant.id)
  return [...purchases(context), ...refunds(context), ...orderRefunds(context)]
    .filter(isReported)
    .toSorted((one, other) => one.at - other.at)
}

function purchases(context: EmulatorContext): Transaction[] {
  return [...context.store.table(paymentTable).values()].flatMap((payment) => {
    const { amount, merchant, order = null, outcome, ref } = payment
    if (outcome.status !== 'succeeded') return []
    const flow = { ref, order, merchant, tender: tenderOf(context, payment), amount: amount ?? 0 }
    return withVoid({ ...flow, kind: 'Purchase', at: outcome.at }, outcome.receipt)
  })
}

function refunds(context: EmulatorContext): Transaction[] {
  const payments = context.store.table(paymentTable)
  return [...context.store.table(refundTable).values()].flatMap((refund) => {
    const { amount, completesAt: at, merchant, outcome, ref } = refund
    const payment = payments.get(refund.payment)
    if (!payment || outcome.status !== 'succeeded' || context.time.now() < at) return []
    const flow = { ref, order: null, merchant, tender: tenderOf(context, payment), amount }
    return withVoid({ ...flow, kind: 'Refund', at }, outcome.receipt)
  })
}

function orderRefunds(context: EmulatorContext): Transaction[] {
  const payments = context.store.table(paymentTable)
  return [...context.store.table(orderRefundTable).values()].flatMap((refund): Transaction[] => {
    const { amount, completesAt: at, merchant, order, outcome, ref } = refund
    const payment = payments.get(refund.payment)
    if (!payment || outcome.status !== 'succeeded' || context.time.now() < at) return []
    return [{ ref, order, merchant, kind: 'Refund', tender: tenderOf(context, payment), amount, at }]
  })
}

/** Returns the flow, and its reversal if it was voided at a terminal. */
function withVoid(
  flow: Transaction & { readonly kind: 'Purchase' | 'Refund' },
  { voidedAt }: Pick<Receipt, 'voidedAt'>,
): Transaction[] {
  return voidedAt === null ? [flow] : [flow, { ...flow, kind: `Void_${flow.kind}`, at: voidedAt }]
}

/** The docs do not say how to distinguish HSA from FSA, so every card of both is HSA (inferred). */
function tenderOf({ store }: EmulatorContext, payment: Payment): Transaction['tender'] {
  const { fundingType, paymentMethod } = payment
  if (fundingType === 'ebt_snap') return 'SNAP'
  if (fundingType === 'ebt_cash') return 'EBT_Cash'
  if (store.table(paymentMethodTable).get(paymentMethod)?.credit?.isHsaFsa) return 'HSA'
  return fundingType === 'credit_payfac' ? 'Payfac_Credit_Debit' : 'Credit_Debit'
}

/** Returns the amount that a transaction adds to the merchant's settlement, in cents. */
export function settlementOf({ amount, kind, tender }: Transaction): number {
  // "Forage is never involved in the settlement flow for credit/debit": docs.joinforage.app/reference/get-transaction-report.
  if (tender === 'Credit_Debit') return 0
  return kind === 'Purchase' || kind === 'Void_Refund' ? amount : -amount
}

/**
 * Writes a transaction. The emulator charges no fee, and decimals are numbers (docs.joinforage.app/reference/reports).
 * "API response field names have changed" in 2024-08-30: the new names are those of the CSV report
 * (docs.joinforage.app/docs/transaction-reports, inferred for JSON), the old ones are inferred.
 */
export function writeTransaction({ version }: ReportCall, each: Transaction): Record<string, unknown> {
  const { fnsNumber, id } = each.merchant
  const amount = each.amount / 100
  const refs = { ref: each.ref, order_ref: each.order }
  // 2025-01-14: "SNAP_Purchase is now Purchase", and the tender is a separate field.
  const type = isSince(version, '2025-01-14')
    ? { transaction_type: each.kind, payment_method: each.tender }
    : { transaction_type: `${each.tender}_${each.kind}` }
  if (!isSince(version, '2024-08-30'))
    return { ...refs, ...type, merchant_fns_number: fnsNumber, amount, fee: 0, created: isoTime(each.at) }
  return {
    ...refs,
    merchant_id: id,
    fns_id: fnsNumber,
    recorded_date: isoTime(each.at),
    ...type,
    transaction_amount: amount,
    forage_fee: 0,
    merchant_net_settlement: settlementOf(each) / 100,
    platform_net_settlement: 0,
  }
}
