import { useEffect, useState, type ReactNode } from 'react'

import { useOrder } from '../api/shop-queries.ts'
import { paymentProblem, underWay, type UncertainPaymentError } from '../forage/payment-problem.ts'
import { isPaid, isUnderWay } from '../shared/order-flow.ts'
import { Notice } from '../ui/notice.tsx'

export interface PaymentCheckProps {
  orderId: string
  paymentRef: string
  /** Why it is not known. Undefined: Forage is charging the card. */
  error: UncertainPaymentError | undefined
  /** The shop says that it was not. */
  onNotCharged: () => void
}

const everyMs = 5000

/** In the place of the PIN: nobody pays again before it is known what became of the last time. */
export function PaymentCheck({ orderId, paymentRef, error, onNotCharged }: PaymentCheckProps): ReactNode {
  const order = useOrder(orderId, { retry: false, refetchInterval: everyMs })
  // An answer from before this says nothing.
  const [since] = useState(() => order.dataUpdatedAt)
  const isKnown = order.isSuccess && order.dataUpdatedAt > since
  const isCharging = order.isSuccess && isUnderWay(order.data, paymentRef)
  const isFree = isKnown && !isCharging && !isPaid(order.data, paymentRef)
  useEffect(() => {
    if (isFree) onNotCharged()
  })
  const { title, whatToDo } = error && !isCharging ? paymentProblem(error) : underWay
  return (
    <>
      <Notice tone={isCharging ? 'info' : 'error'} title={title}>
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
