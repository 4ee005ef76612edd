/** docs.joinforage.app/reference/payments. `credit_payfac`: forage-android-sdk's sample app, FlowCreateCreditPaymentViewModel.kt. */
export const fundingTypes: readonly ['ebt_snap', 'ebt_cash', 'credit_tpp', 'credit_payfac', 'benefit'] = [
  'ebt_snap',
  'ebt_cash',
  'credit_tpp',
  'credit_payfac',
  'benefit',
]

export type FundingType = (typeof fundingTypes)[number]

/** Returns whether a payment of this type charges an EBT account with a PIN. */
export function isEbt(fundingType: FundingType): fundingType is 'ebt_snap' | 'ebt_cash' {
  return fundingType === 'ebt_snap' || fundingType === 'ebt_cash'
}
