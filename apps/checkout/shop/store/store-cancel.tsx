import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { cancelStoreOrder } from '../client/shop-client.ts'
import { useShowStoreOrder } from '../client/shop-queries.ts'
import { formatCents } from '../shared/money.ts'
import { paidCents } from '../shared/order-flow.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'

/** Cancels a partly paid order, after a confirmation because the customer may still be paying. */
export function StoreCancel({ order }: { order: Order }): ReactNode {
  const [isConfirming, setConfirming] = useState(false)
  const onSuccess = useShowStoreOrder()
  const cancel = useMutation({ mutationFn: () => cancelStoreOrder(order.id), onSuccess })
  const action = `Cancel it and refund ${formatCents(paidCents(order))}`
  return (
    <>
      <ShopProblemNotice error={cancel.error} />
      {isConfirming && <p className="muted small">The customer may still be paying the rest.</p>}
      <div className="actions">
        {isConfirming ? (
          <>
            <PrimaryButton isDisabled={cancel.isPending} onPress={() => cancel.mutateAsync()}>
              {cancel.isPending ? 'Canceling…' : action}
            </PrimaryButton>
            <button type="button" className="quiet" onClick={() => setConfirming(false)}>
              Keep the order open
            </button>
          </>
        ) : (
          <button type="button" className="quiet" onClick={() => setConfirming(true)}>
            Cancel this order
          </button>
        )}
      </div>
    </>
  )
}
