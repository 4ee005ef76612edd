import type { Order, Split } from '../../src/merchant/api/shop-api.ts'
import { suggestedSplit } from '../../src/merchant/api/split.ts'
import { formatCents } from '../shared/money.ts'
import { paidPayments } from '../shared/order-flow.ts'

/** What is on the card. */
export interface Funds {
  snapCents: number
  cashCents: number
}

/** What is typed into the two fields. */
export interface AmountTexts {
  snap: string
  cash: string
}

export interface CheckedAmounts {
  /** Undefined: something is wrong with them. */
  split: Split | undefined
  /** What is wrong with each, beside which it is shown. */
  problems: { snap?: string; cash?: string }
}

/** What is paid already is not for changing. */
export function paidAmounts(order: Order): { snapCents?: number; cashCents?: number } {
  const paid = paidPayments(order)
  const snap = paid.find(({ tender }) => tender === 'ebt_snap')
  const cash = paid.find(({ tender }) => tender === 'ebt_cash')
  return {
    ...(snap && { snapCents: snap.amountCents }),
    ...(cash && { cashCents: cash.amountCents }),
  }
}

/** As much as the benefits can pay, or what was chosen before. */
export function firstAmounts(order: Order, funds: Funds): AmountTexts {
  const paid = paidAmounts(order)
  const cashCents = paid.cashCents ?? 0
  const limited = {
    ...order,
    snapEligibleCents: Math.min(order.snapEligibleCents, order.ebtEligibleCents - cashCents),
  }
  const snapCents = paid.snapCents ?? suggestedSplit(limited, funds).snapCents
  const rest = Math.min(order.ebtEligibleCents - snapCents, funds.cashCents)
  return { snap: centsText(snapCents), cash: centsText(paid.cashCents ?? rest) }
}

export function checkAmounts(order: Order, funds: Funds, texts: AmountTexts): CheckedAmounts {
  const paid = paidAmounts(order)
  const snapCents = paid.snapCents ?? parseCents(texts.snap)
  const cashCents = paid.cashCents ?? parseCents(texts.cash)
  const snap =
    paid.snapCents === undefined &&
    problemOf(snapCents, [
      [order.snapEligibleCents, 'EBT SNAP pays for eligible food only: at most'],
      [order.ebtEligibleCents - (paid.cashCents ?? 0), 'EBT pays at most'],
      [funds.snapCents, 'The EBT SNAP balance is'],
    ])
  const cash =
    paid.cashCents === undefined &&
    problemOf(cashCents, [
      [funds.cashCents, 'The EBT Cash balance is'],
      // Beside a wrong amount of EBT SNAP, this one may be right.
      [
        order.ebtEligibleCents - (snap ? 0 : (snapCents ?? 0)),
        'What EBT SNAP does not pay, EBT Cash may: at most',
      ],
    ])
  const isRight = snapCents !== undefined && cashCents !== undefined && !snap && !cash
  const split = isRight && { snapCents, cashCents, cardCents: order.totalCents - snapCents - cashCents }
  return {
    split: split || undefined,
    problems: { ...(snap && { snap }), ...(cash && { cash }) },
  }
}

function problemOf(
  cents: number | undefined,
  limits: readonly (readonly [limitCents: number, sentence: string])[],
): string | undefined {
  if (cents === undefined) return 'Enter an amount like 12.50, or 0.'
  const broken = limits.find(([limitCents]) => cents > limitCents)
  return broken && `${broken[1]} ${formatCents(Math.max(0, broken[0]))}.`
}

/** Undefined: no amount. An empty field is none of it. */
export function parseCents(text: string): number | undefined {
  const plain = text.trim().replace(/^\$/, '').replaceAll(',', '')
  if (plain === '') return 0
  const match = /^(\d{1,6})(?:\.(\d{0,2}))?$/.exec(plain)
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}

function centsText(cents: number): string {
  return (cents / 100).toFixed(2)
}
