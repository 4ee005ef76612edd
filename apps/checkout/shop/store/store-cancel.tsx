import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { cancelStoreOrder } from '../client/shop-client.ts'
import { useShowStoreOrder } from '../client/shop-queries.ts'
import { formatCents } from '../shared/money.ts'
import { paidCents } from '../shared/order-flow.ts'
import { Confirm } from '../ui/confirm.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { focusOrder } from './order-heading.tsx'

/** Cancels a partly paid order, after a confirmation because the customer may still be paying. */
export function StoreCancel({ order }: { order: Order }): ReactNode {
  const [isAsking, setAsking] = useState(false)
  const showOrder = useShowStoreOrder()
  const cancel = useMutation({
    mutationFn: () => cancelStoreOrder(order.id),
    onSuccess: (canceled) => {
      showOrder(canceled)
      focusOrder(order.id)
    },
    onSettled: () => setAsking(false),
  })
  const paid = formatCents(paidCents(order))
  return (
    <>
      <ShopProblemNotice error={cancel.error} />
      <div className="actions">
        <button type="button" className="quiet" onClick={() => setAsking(true)}>
          Cancel this order
        </button>
      </div>
      {isAsking && (
        <Confirm
          title="Do you want to cancel this order?"
          action={`Yes, cancel it and refund ${paid}`}
          isPending={cancel.isPending}
          pending="Canceling…"
          keep="Keep the order open"
          onConfirm={() => cancel.mutateAsync()}
          onClose={() => setAsking(false)}
        >
          <p>{paid} goes back to the customer, who may still be paying the rest.</p>
        </Confirm>
      )}
    </>
  )
}
