import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { cancelOrder } from '../client/shop-client.ts'
import { useShowOrder } from '../client/shop-queries.ts'
import { formatCents } from '../shared/money.ts'
import { paidCents } from '../shared/order-flow.ts'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { useSinglePress } from '../ui/use-single-press.ts'

/** A button that cancels the order and refunds its paid payments. */
export function CancelOrder({ order }: { order: Order }): ReactNode {
  const showOrder = useShowOrder()
  const cancel = useMutation({ mutationFn: () => cancelOrder(order.id), onSuccess: showOrder })
  const press = useSinglePress(() => cancel.mutateAsync())
  const paid = paidCents(order)
  return (
    <div className="way-out">
      <ShopProblemNotice error={cancel.error} />
      <button type="button" className="link" aria-disabled={cancel.isPending} onClick={press}>
        {paid > 0 ? `Cancel the order and get ${formatCents(paid)} back` : 'Cancel this order'}
      </button>
    </div>
  )
}
