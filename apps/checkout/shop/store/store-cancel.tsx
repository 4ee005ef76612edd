import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { cancelStoreOrder } from '../api/shop-client.ts'
import { useShowStoreOrder } from '../api/shop-queries.ts'
import { formatCents } from '../shared/money.ts'
import { paidCents } from '../shared/order-flow.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'

/** An order that is paid in part, and that nobody goes on with. Asked for twice, since its customer may be paying. */
export function StoreCancel({ order }: { order: Order }): ReactNode {
  const [isAsking, setAsking] = useState(false)
  const onSuccess = useShowStoreOrder()
  const cancel = useMutation({ mutationFn: () => cancelStoreOrder(order.id), onSuccess })
  const words = `Cancel it and refund ${formatCents(paidCents(order))}`
  return (
    <>
      <ShopProblemNotice error={cancel.error} />
      {isAsking && <p className="muted small">The customer may still be paying the rest.</p>}
      <div className="actions">
        {isAsking ? (
          <>
            <PrimaryButton isOff={cancel.isPending} onPress={() => cancel.mutateAsync()}>
              {cancel.isPending ? 'Canceling…' : words}
            </PrimaryButton>
            <button type="button" className="quiet" onClick={() => setAsking(false)}>
              Leave it open
            </button>
          </>
        ) : (
          <button type="button" className="quiet" onClick={() => setAsking(true)}>
            Cancel this order
          </button>
        )}
      </div>
    </>
  )
}
