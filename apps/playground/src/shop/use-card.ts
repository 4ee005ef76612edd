import { useForageQuery } from '@forage-session/react'
import type { UseQueryResult } from '@tanstack/react-query'

import { cardRef } from '../world/addresses.ts'

interface PaymentMethod {
  readonly card: { readonly last_4: string }
  readonly balance: { readonly snap: string } | null
}

/** Reads the customer's card, with the balance of its last check. */
export function useCard(): UseQueryResult<PaymentMethod> {
  return useForageQuery({
    queryKey: ['card'],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${cardRef}/`).json<PaymentMethod>(),
  })
}
