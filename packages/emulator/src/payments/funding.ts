import type { Payment } from '../state/store.ts'

type FundingType = Payment['fundingType']

/** docs.joinforage.app/reference/payments */
export const fundingTypes: readonly ['ebt_snap', 'ebt_cash', 'credit_tpp', 'benefit'] = [
  'ebt_snap',
  'ebt_cash',
  'credit_tpp',
  'benefit',
]

/** Captured with a PIN, on an EBT account. */
export function isEbt(fundingType: FundingType): fundingType is 'ebt_snap' | 'ebt_cash' {
  return fundingType === 'ebt_snap' || fundingType === 'ebt_cash'
}
