import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { cancelOrder } from '../client/shop-client.ts'
import { useShowOrder } from '../client/shop-queries.ts'
import { formatCents, tenderNames } from '../shared/money.ts'
import { paidPayments } from '../shared/order-flow.ts'
import { Confirm } from '../ui/confirm.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'

/** Cancels the order and refunds its paid payments, after a confirmation. */
export function CancelOrder({ order }: { order: Order }): ReactNode {
  const [isAsking, setAsking] = useState(false)
  const showOrder = useShowOrder()
  const cancel = useMutation({
    mutationFn: () => cancelOrder(order.id),
    onSuccess: showOrder,
    onSettled: () => setAsking(false),
  })
  return (
    <div className="way-out">
      <ShopProblemNotice error={cancel.error} />
      <button type="button" className="link" onClick={() => setAsking(true)}>
        Cancel this order
      </button>
      {isAsking && (
        <Confirm
          title="Do you want to cancel this order?"
          action="Yes, cancel the order"
          isPending={cancel.isPending}
          pending="Canceling…"
          keep="Keep the order"
          onConfirm={() => cancel.mutateAsync()}
          onClose={() => setAsking(false)}
        >
          <p>{whatGoesBack(order)} Your groceries stay in your cart.</p>
        </Confirm>
      )}
    </div>
  )
}

function whatGoesBack(order: Order): string {
  const parts = paidPayments(order).map(
    ({ tender, amountCents }) => `${formatCents(amountCents)} goes back to ${tenderNames[tender]}`,
  )
  return parts.length > 0 ? `${parts.join(', and ')}.` : 'Nothing was charged.'
}
