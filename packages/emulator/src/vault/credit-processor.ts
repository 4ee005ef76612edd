interface CreditDecline {
  readonly code: string
  readonly message: string
}

/**
 * The HSA and FSA cards of docs.joinforage.app/docs/test-cards. It lists the last three as invalid: expired, CVC and
 * authorization failure. Their errors are inferred from the card processor that has the same test cards.
 */
const cards: Readonly<Record<string, CreditDecline | null>> = {
  '4000051230002839': null,
  '4000058400000071': null,
  '4000000000000069': { code: 'expired_card', message: 'Your card has expired.' },
  '4000000000000127': { code: 'incorrect_cvc', message: 'Your card’s security code is incorrect.' },
  '4000000000000341': { code: 'card_declined', message: 'Your card was declined.' },
}

/** The first digits of each brand's cards, with the processor's names of the brands. */
const brands: readonly (readonly [name: string, digits: RegExp])[] = [
  ['visa', /^4/],
  ['mastercard', /^(5[1-5]|2[2-7])/],
  ['amex', /^3[47]/],
  ['discover', /^6(011|5)/],
]

/** Returns the brand of a card, or `unknown`, as in forage-ios-sdk's ForageMocks.swift. */
export function brandOf(pan: string): string {
  return brands.find(([, digits]) => digits.test(pan))?.[0] ?? 'unknown'
}

export function isHsaFsaCard(pan: string): boolean {
  return Object.hasOwn(cards, pan)
}

export type CreditAnswer =
  | { readonly approved: true; readonly amount: number }
  | { readonly approved: false; readonly decline: CreditDecline }

interface Hold {
  /** Cents. */
  readonly amount: number
  /** Whether the processor may hold less, if the balance is insufficient. */
  readonly mayBePartial: boolean
}

/** Requests a hold on a card with this balance. A card that is not listed is never declined for another reason. */
export function holdCredit(pan: string, balance: number, { amount, mayBePartial }: Hold): CreditAnswer {
  const decline = cards[pan]
  if (decline) return { approved: false, decline }
  if (amount <= balance || mayBePartial) return { approved: true, amount: Math.min(amount, balance) }
  return { approved: false, decline: { code: 'card_declined', message: 'Your card has insufficient funds.' } }
}
