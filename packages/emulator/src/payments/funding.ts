/** docs.joinforage.app/reference/payments */
export const fundingTypes: readonly ['ebt_snap', 'ebt_cash', 'credit_tpp', 'benefit'] = [
  'ebt_snap',
  'ebt_cash',
  'credit_tpp',
  'benefit',
]

export type FundingType = (typeof fundingTypes)[number]

/** Returns whether a payment of this type charges an EBT account with a PIN. */
export function isEbt(fundingType: FundingType): fundingType is 'ebt_snap' | 'ebt_cash' {
  return fundingType === 'ebt_snap' || fundingType === 'ebt_cash'
}
