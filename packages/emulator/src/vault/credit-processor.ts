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

/** Returns the error of a charge, or undefined if the card can be charged, as every card can that is not listed. */
export function creditDecline(pan: string): CreditDecline | undefined {
  return cards[pan] ?? undefined
}
