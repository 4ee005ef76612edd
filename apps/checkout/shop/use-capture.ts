import { useForageMutation, type ForageElement } from '@forage-session/react'
import type { UseMutationResult } from '@tanstack/react-query'

import type { Payment } from './forage-objects.ts'
import { mayHaveBeenCharged, UncertainPaymentError } from './payment-problem.ts'
import type { ForageSdk } from './secure-input.tsx'

/** Charges the payment with the PIN. An answer that was lost is looked up before anybody is asked to pay again. */
export function useCapture(
  sdk: ForageSdk,
  paymentRef: string,
  onPaid: () => void,
): UseMutationResult<void, Error, ForageElement> {
  return useForageMutation<void, Error, ForageElement>({
    mutationFn: async (element, { forage }) => {
      try {
        await sdk.capturePayment(element, paymentRef)
      } catch (error) {
        if (!mayHaveBeenCharged(error)) throw error
        const read = forage.get(`api/payments/${paymentRef}/`).json<Payment>()
        const payment = await read.catch(() => {
          throw new UncertainPaymentError()
        })
        if (payment.status !== 'succeeded') throw error
      }
    },
    onSuccess: onPaid,
  })
}
