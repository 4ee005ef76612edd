import type { OrderLine, Split, Tender } from './shop-api.ts'

export interface OrderTotals {
  totalCents: number
  /** The most that EBT SNAP may pay. */
  snapEligibleCents: number
  /** The most that EBT SNAP and EBT Cash may pay together. */
  ebtEligibleCents: number
}

export function totalsOf(lines: readonly OrderLine[]): OrderTotals {
  const sum = (of: readonly OrderLine[]): number => of.reduce((cents, line) => cents + line.totalCents, 0)
  return {
    totalCents: sum(lines),
    snapEligibleCents: sum(lines.filter(({ eligibility }) => eligibility === 'ebt_snap')),
    ebtEligibleCents: sum(lines.filter(({ eligibility }) => eligibility !== 'none')),
  }
}

/** As much as there is from the benefit that pays for least, the rest from a card. */
export function suggestedSplit(
  { totalCents, snapEligibleCents, ebtEligibleCents }: OrderTotals,
  balance: { snapCents: number; cashCents: number },
): Split {
  const snapCents = Math.min(snapEligibleCents, balance.snapCents)
  const cashCents = Math.min(ebtEligibleCents - snapCents, balance.cashCents)
  return { snapCents, cashCents, cardCents: totalCents - snapCents - cashCents }
}

/** Whether no benefit pays for what it must not, and everything is paid for. */
export function isAllowed(
  { totalCents, snapEligibleCents, ebtEligibleCents }: OrderTotals,
  { snapCents, cashCents, cardCents }: Split,
): boolean {
  const areAmounts = [snapCents, cashCents, cardCents].every((cents) => Number.isInteger(cents) && cents >= 0)
  const isWhole = snapCents + cashCents + cardCents === totalCents
  return areAmounts && isWhole && snapCents <= snapEligibleCents && snapCents + cashCents <= ebtEligibleCents
}

/** Each tender that pays something, in the order in which they are charged. */
export function amountsOf({ snapCents, cashCents, cardCents }: Split): [Tender, number][] {
  const all: [Tender, number][] = [
    ['card', cardCents],
    ['ebt_snap', snapCents],
    ['ebt_cash', cashCents],
  ]
  return all.filter(([, cents]) => cents > 0)
}
