import type { EmulatorContext } from '../context/context.ts'
import { orderRefundTable } from '../orders/order-refund.ts'
import type { FundingType } from '../payments/funding.ts'
import { paymentTable } from '../payments/payment.ts'
import { isSince } from '../shared/api-versions.ts'
import type { Merchant } from '../shared/merchants.ts'
import { isoTime } from '../shared/wire.ts'
import { isoDay, type Period, type ReportCall } from './report-page.ts'

/** "Any financial operation that triggers a flow of funds": docs.joinforage.app/reference/get-transaction-report. */
export interface Transaction {
  readonly ref: string
  readonly order: string | null
  readonly merchant: Merchant
  readonly kind: 'Purchase' | 'Refund'
  readonly fundingType: FundingType
  /** Cents. */
  readonly amount: number
  readonly at: number
}

export function transactionsOf(
  { store, time }: EmulatorContext,
  merchant: Merchant | undefined,
  { from, until }: Period,
): Transaction[] {
  const isReported = ({ at, merchant: { id } }: Transaction): boolean =>
    at >= from && at < until && (merchant === undefined || id === merchant.id)
  const purchases = [...store.table(paymentTable).values()].flatMap((payment): Transaction[] => {
    const { amount, fundingType, order = null, outcome, ref } = payment
    if (outcome.status !== 'succeeded') return []
    return [
      {
        ref,
        order,
        merchant: payment.merchant,
        kind: 'Purchase',
        fundingType,
        amount: amount ?? 0,
        at: outcome.at,
      },
    ]
  })
  const refunds = [...store.table(orderRefundTable).values()].flatMap((refund): Transaction[] => {
    const { amount, fundingType, order, outcome, ref, completesAt: at } = refund
    if (outcome.status !== 'succeeded' || time.now() < at) return []
    return [{ ref, order, merchant: refund.merchant, kind: 'Refund', fundingType, amount, at }]
  })
  return [...purchases, ...refunds].filter(isReported).toSorted((one, other) => one.at - other.at)
}

/** Returns the amount that these transactions owe the merchant, in cents. */
function settlementOf(transactions: readonly Transaction[]): number {
  return transactions.reduce((cents, { amount, kind }) => cents + (kind === 'Purchase' ? amount : -amount), 0)
}

/** Writes a transaction. The emulator charges no fee. Reports have decimals as numbers: docs.joinforage.app/reference/reports. */
export function writeTransaction({ version }: ReportCall, each: Transaction): Record<string, unknown> {
  const tender = each.fundingType === 'ebt_snap' ? 'SNAP' : 'EBT_Cash'
  const { fnsNumber, id } = each.merchant
  return {
    ref: each.ref,
    order_ref: each.order,
    // 2025-01-14: "SNAP_Purchase is now Purchase", and the tender is a separate field.
    ...(isSince(version, '2025-01-14')
      ? { transaction_type: each.kind, payment_method: tender }
      : { transaction_type: `${tender}_${each.kind}` }),
    amount: each.amount / 100,
    // 2024-08-30 renamed these two.
    ...(isSince(version, '2024-08-30')
      ? { merchant_id: id, fns_id: fnsNumber, forage_fee: 0 }
      : { merchant_fns_number: fnsNumber, fee: 0 }),
    created: isoTime(each.at),
  }
}

/** A scheduled disbursement. The emulator pays each day's transactions of a merchant on the next day. */
export interface Payout {
  readonly id: string
  readonly merchant: Merchant
  readonly transactions: readonly Transaction[]
  readonly at: number
}

const DAY_MS = 24 * 60 * 60 * 1000
const always: Period = { from: -Infinity, until: Infinity }

export function payoutsOf(context: EmulatorContext, merchant: Merchant | undefined): Payout[] {
  const days = new Map<string, Transaction[]>()
  for (const each of transactionsOf(context, merchant, always)) {
    const key = `${isoDay(each.at)} ${each.merchant.id}`
    days.set(key, [...(days.get(key) ?? []), each])
  }
  return [...days.values()]
    .flatMap((transactions) => payoutOf(transactions) ?? [])
    .filter(({ at }) => at <= context.time.now())
}

/** Returns the payout. Its ID is the ref of its first transaction, which no other payout has. */
function payoutOf(transactions: readonly Transaction[]): Payout | undefined {
  const [first] = transactions
  if (!first) return undefined
  const at = Math.floor(first.at / DAY_MS) * DAY_MS + DAY_MS
  return { id: first.ref, merchant: first.merchant, transactions, at }
}

export function writePayout({ version }: ReportCall, payout: Payout): Record<string, unknown> {
  const { fnsNumber, id } = payout.merchant
  const issued = isoDay(payout.at)
  const totalOf = (kind: Transaction['kind']): number =>
    payout.transactions
      .filter((each) => each.kind === kind)
      .reduce((cents, { amount }) => cents + amount, 0) / 100
  const totals = { total_purchases: totalOf('Purchase'), total_refunds: totalOf('Refund') }
  const amount = settlementOf(payout.transactions) / 100
  if (!isSince(version, '2024-08-30'))
    return {
      merchant_payout_id: payout.id,
      merchant_fns_number: fnsNumber,
      merchant_settlement_date: issued,
      ...totals,
      fee: 0,
      amount,
    }
  return {
    merchant_payout_id: payout.id,
    merchant_id: id,
    fns_id: fnsNumber,
    payout_issued_date: issued,
    expected_deposit_date: isoDay(payout.at + DAY_MS),
    ...totals,
    total_positive_adjustments: 0,
    total_negative_adjustments: 0,
    ...(isSince(version, '2025-01-14') ? { total_void_purchases: 0, total_void_refunds: 0 } : {}),
    forage_fee: 0,
    amount,
  }
}
