import { useForageMutation, type ForageElement } from '@forage-session/react'
import type { UseMutationResult } from '@tanstack/react-query'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { readOrder } from '../client/shop-client.ts'
import { useShowOrder } from '../client/shop-queries.ts'
import { isWrongPin, mayHaveBeenCharged, UncertainPaymentError } from '../forage/payment-problem.ts'
import { countingWrongPins } from '../forage/pin-tries.ts'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { withDeadline } from '../forage/with-deadline.ts'
import { isPaid, isProcessing } from '../shared/order-flow.ts'

export interface CaptureOptions {
  sdk: ForageSdk
  orderId: string
  paymentRef: string
  /** The mark of the card, whose wrong PINs are counted. */
  card: string
  onFailure: (error: Error) => void
}

/** Charges the payment with the PIN. The backend's order decides the outcome, not the SDK's answer. */
export function useCapture({
  sdk,
  orderId,
  paymentRef,
  card,
  onFailure,
}: CaptureOptions): UseMutationResult<Order, Error, ForageElement> {
  const showOrder = useShowOrder()
  return useForageMutation<Order, Error, ForageElement>({
    mutationFn: async (element) => {
      const failure = await failureOf(() =>
        countingWrongPins(card, () => withDeadline(sdk.capturePayment(element, paymentRef)), isWrongPin),
      )
      const order = await readOrder(orderId).catch(() => undefined)
      if (order) showOrder(order)
      if (order && isPaid(order, paymentRef)) return order
      if (failure === undefined) throw new UncertainPaymentError(paymentRef, { isCharged: true })
      // Another tab may have charged the card at the same moment.
      if (order ? isProcessing(order, paymentRef) : mayHaveBeenCharged(failure))
        throw new UncertainPaymentError(paymentRef, { isCharged: false })
      throw failure
    },
    onError: onFailure,
  })
}

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error ?? new Error('The SDK gave no reason.')
  }
}
