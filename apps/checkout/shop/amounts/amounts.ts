import type { Order, Split } from '../../src/merchant/api/shop-api.ts'
import { suggestedSplit } from '../../src/merchant/api/split.ts'
import type { Funds } from '../forage/use-balance.ts'
import { centsText, formatCents, parseCents } from '../shared/money.ts'
import { paidPayments, splitOf } from '../shared/order-flow.ts'

/** The texts of the two amount fields. */
export interface AmountTexts {
  snap: string
  cash: string
}

export interface CheckedAmounts {
  /** Undefined if an amount is invalid. */
  split: Split | undefined
  /** The message at each invalid field. */
  problems: { snap?: string; cash?: string }
}

/** Returns the amounts that are already paid. The customer cannot change them. */
export function paidAmounts(order: Order): { snapCents?: number; cashCents?: number } {
  const paid = paidPayments(order)
  const snap = paid.find(({ tender }) => tender === 'ebt_snap')
  const cash = paid.find(({ tender }) => tender === 'ebt_cash')
  return {
    ...(snap && { snapCents: snap.amountCents }),
    ...(cash && { cashCents: cash.amountCents }),
  }
}

/**
 * Returns the amounts that the customer chose before, or the paid amounts and, for the rest of the order, as much as the
 * benefits can pay.
 */
export function firstAmounts(order: Order, funds: Funds): AmountTexts {
  const chosen = splitOf(order)
  if (chosen) {
    const texts = { snap: centsText(chosen.snapCents), cash: centsText(chosen.cashCents) }
    // After a decline for insufficient funds, the balance is lower than it was.
    if (checkAmounts(order, funds, texts).split) return texts
  }
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

/** Checks the typed amounts against the order and the balances. */
export function checkAmounts(order: Order, funds: Funds, texts: AmountTexts): CheckedAmounts {
  const paid = paidAmounts(order)
  const snapCents = paid.snapCents ?? parseCents(texts.snap)
  const cashCents = paid.cashCents ?? parseCents(texts.cash)
  const snap =
    paid.snapCents === undefined &&
    problemOf(snapCents, [
      [order.snapEligibleCents, 'EBT SNAP pays only for eligible food, at most'],
      [order.ebtEligibleCents - (paid.cashCents ?? 0), 'EBT can pay at most'],
      [funds.snapCents, 'Your EBT SNAP balance is'],
    ])
  const cash =
    paid.cashCents === undefined &&
    problemOf(cashCents, [
      [funds.cashCents, 'Your EBT Cash balance is'],
      // If the EBT SNAP amount is invalid, it does not limit EBT Cash, so that only the wrong field shows a message.
      [order.ebtEligibleCents - (snap ? 0 : (snapCents ?? 0)), 'EBT Cash can pay the rest, at most'],
    ])
  const isValid = snapCents !== undefined && cashCents !== undefined && !snap && !cash
  const split = isValid && { snapCents, cashCents, cardCents: order.totalCents - snapCents - cashCents }
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
  const exceeded = limits.find(([limitCents]) => cents > limitCents)
  return exceeded && `${exceeded[1]} ${formatCents(Math.max(0, exceeded[0]))}.`
}
