import { useEffect, useState, type ReactNode } from 'react'

import { Notice } from './notice.tsx'
import { isPaid } from './order-flow.ts'
import { paymentProblem, type UncertainPaymentError } from './payment-problem.ts'
import { useOrder } from './shop-queries.ts'

export interface PaymentCheckProps {
  orderId: string
  error: UncertainPaymentError
  /** The shop says that it was not. */
  onNotCharged: () => void
}

const everyMs = 5000

/** In the place of the PIN: nobody pays again before it is known what became of the last time. */
export function PaymentCheck({ orderId, error, onNotCharged }: PaymentCheckProps): ReactNode {
  const order = useOrder(orderId, { retry: false, refetchInterval: everyMs })
  // An answer from before this says nothing.
  const [since] = useState(() => order.dataUpdatedAt)
  const isKnown = order.isSuccess && order.dataUpdatedAt > since
  const isFree = isKnown && !isPaid(order.data, error.paymentRef)
  useEffect(() => {
    if (isFree) onNotCharged()
  })
  const { title, whatToDo } = paymentProblem(error)
  return (
    <>
      <Notice tone="error" title={title}>
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
