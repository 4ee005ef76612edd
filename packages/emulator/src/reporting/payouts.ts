import type { EmulatorContext } from '../context/context.ts'
import { isSince } from '../shared/api-versions.ts'
import type { Merchant } from '../shared/merchants.ts'
import { isoDay, type Period, type ReportCall } from './report-page.ts'
import { settlementOf, transactionsOf, type Transaction, type TransactionKind } from './transactions.ts'

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

/**
 * Returns the payout. Its ID is the number of its day and the start of its first transaction's ref, because a purchase and
 * its void have the same ref and may be in two payouts.
 */
function payoutOf(transactions: readonly Transaction[]): Payout | undefined {
  const [first] = transactions
  if (!first) return undefined
  const day = Math.floor(first.at / DAY_MS)
  const id = day.toString(16).padStart(5, '0') + first.ref.slice(0, 5)
  return { id, merchant: first.merchant, transactions, at: (day + 1) * DAY_MS }
}

export function writePayout({ version }: ReportCall, payout: Payout): Record<string, unknown> {
  const { fnsNumber, id } = payout.merchant
  const issued = isoDay(payout.at)
  const totalOf = (kind: TransactionKind): number =>
    payout.transactions
      .filter((each) => each.kind === kind)
      .reduce((cents, { amount }) => cents + amount, 0) / 100
  const totals = { total_purchases: totalOf('Purchase'), total_refunds: totalOf('Refund') }
  const voids = {
    total_void_purchases: totalOf('Void_Purchase'),
    total_void_refunds: totalOf('Void_Refund'),
  }
  const amount = payout.transactions.reduce((cents, each) => cents + settlementOf(each), 0) / 100
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
    ...(isSince(version, '2025-01-14') ? voids : {}),
    forage_fee: 0,
    amount,
  }
}
