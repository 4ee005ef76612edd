import type { PaymentFailure } from '../state/store.ts'

/**
 * The HSA and FSA cards of docs.joinforage.app/docs/test-cards. The last three are on its list of invalid ones as
 * expired, CVC and authorization failure; what they are refused with is inferred from the card processor that has the
 * same numbers.
 */
const cards: Readonly<Record<string, PaymentFailure | null>> = {
  '4000051230002839': null,
  '4000058400000071': null,
  '4000000000000069': { code: 'expired_card', message: 'Your card has expired.' },
  '4000000000000127': { code: 'incorrect_cvc', message: 'Your card’s security code is incorrect.' },
  '4000000000000341': { code: 'card_declined', message: 'Your card was declined.' },
}

export function isHsaFsaCard(pan: string): boolean {
  return Object.hasOwn(cards, pan)
}

/** Why a card can't be charged. Any card that is not on the list can. */
export function creditDecline(pan: string): PaymentFailure | undefined {
  return cards[pan] ?? undefined
}
