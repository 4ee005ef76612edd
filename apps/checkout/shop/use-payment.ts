import { useForageQuery } from '@forage-session/react'
import type { UseQueryResult } from '@tanstack/react-query'

import type { Payment } from './forage-objects.ts'

/** The payment as Forage has it. */
export function usePayment(paymentRef: string): UseQueryResult<Payment> {
  return useForageQuery({
    queryKey: ['payment', paymentRef],
    queryFn: ({ forage }) => forage.get(`api/payments/${paymentRef}/`).json<Payment>(),
  })
}
