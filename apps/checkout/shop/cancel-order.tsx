import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import type { Order } from '../src/merchant/shop-api.ts'
import { formatCents } from './money.ts'
import { paidCents } from './order-flow.ts'
import { cancelOrder } from './shop-client.ts'
import { ShopProblemNotice } from './shop-problem-notice.tsx'
import { useShowOrder } from './shop-queries.ts'
import { useSinglePress } from './use-single-press.ts'

/** The way out, which gives back what was paid. */
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
