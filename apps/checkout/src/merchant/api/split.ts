import type { OrderLine, Split, Tender } from './shop-api.ts'

export interface OrderTotals {
  totalCents: number
  /** The most that EBT SNAP may pay. */
  snapEligibleCents: number
  /** The most that EBT SNAP and EBT Cash may pay together. */
  ebtEligibleCents: number
}

/** Returns the total and the limits of the benefits for these lines. */
export function totalsOf(lines: readonly OrderLine[]): OrderTotals {
  const sum = (of: readonly OrderLine[]): number => of.reduce((cents, line) => cents + line.totalCents, 0)
  return {
    totalCents: sum(lines),
    snapEligibleCents: sum(lines.filter(({ eligibility }) => eligibility === 'ebt_snap')),
    ebtEligibleCents: sum(lines.filter(({ eligibility }) => eligibility !== 'none')),
  }
}

/**
 * Returns a split that uses the benefits first, up to their balances. EBT SNAP comes before EBT Cash, because it may pay
 * for fewer products. The card on file pays the rest.
 */
export function suggestedSplit(
  { totalCents, snapEligibleCents, ebtEligibleCents }: OrderTotals,
  balance: { snapCents: number; cashCents: number },
): Split {
  const snapCents = Math.min(snapEligibleCents, balance.snapCents)
  const cashCents = Math.min(ebtEligibleCents - snapCents, balance.cashCents)
  return { snapCents, cashCents, cardCents: totalCents - snapCents - cashCents }
}

/** Returns whether the split pays the exact total and no benefit pays more than it may. */
export function isAllowed(
  { totalCents, snapEligibleCents, ebtEligibleCents }: OrderTotals,
  { snapCents, cashCents, cardCents }: Split,
): boolean {
  const areAmounts = [snapCents, cashCents, cardCents].every((cents) => Number.isInteger(cents) && cents >= 0)
  const isWhole = snapCents + cashCents + cardCents === totalCents
  return areAmounts && isWhole && snapCents <= snapEligibleCents && snapCents + cashCents <= ebtEligibleCents
}

/** Returns each tender that pays a part, with its amount in cents. */
export function amountsOf({ snapCents, cashCents, cardCents }: Split): [Tender, number][] {
  const all: [Tender, number][] = [
    ['card', cardCents],
    ['ebt_snap', snapCents],
    ['ebt_cash', cashCents],
  ]
  return all.filter(([, cents]) => cents > 0)
}
