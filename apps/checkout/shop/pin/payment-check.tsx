import { useEffect, useState, type ReactNode } from 'react'

import { useOrder } from '../client/shop-queries.ts'
import { paymentInProgress, paymentProblem, type UncertainPaymentError } from '../forage/payment-problem.ts'
import { isPaid, isProcessing } from '../shared/order-flow.ts'
import { Notice } from '../ui/notice.tsx'

export interface PaymentCheckProps {
  orderId: string
  paymentRef: string
  /** Why the outcome is unknown. Undefined if Forage is charging the card. */
  error: UncertainPaymentError | undefined
  /** Called when the backend says that the card was not charged. */
  onNotCharged: () => void
}

const pollIntervalMs = 5000

/** Replaces the PIN form until the outcome of the last payment is known, so that the customer does not pay again. */
export function PaymentCheck({ orderId, paymentRef, error, onNotCharged }: PaymentCheckProps): ReactNode {
  const order = useOrder(orderId, { retry: false, refetchInterval: pollIntervalMs })
  // Only an answer that arrives after this moment counts.
  const [since] = useState(() => order.dataUpdatedAt)
  const isKnown = order.isSuccess && order.dataUpdatedAt > since
  const isCharging = order.isSuccess && isProcessing(order.data, paymentRef)
  const isNotCharged = isKnown && !isCharging && !isPaid(order.data, paymentRef)
  useEffect(() => {
    if (isNotCharged) onNotCharged()
  })
  const { title, whatToDo } = error && !isCharging ? paymentProblem(error) : paymentInProgress
  return (
    <>
      <Notice tone={isCharging ? 'info' : 'error'} title={title} isFocused>
        {whatToDo}
      </Notice>
      <div className="actions">
        <button type="button" className="primary" onClick={() => void order.refetch()}>
          {order.isFetching ? 'Checking…' : 'Check my payment'}
        </button>
      </div>
    </>
  )
}
