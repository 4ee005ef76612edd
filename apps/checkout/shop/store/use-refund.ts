import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'

import type { NewRefund, Order } from '../../src/merchant/api/shop-api.ts'
import { refundOrder, ShopError } from '../client/shop-client.ts'
import { storeOrdersKey, useShowStoreOrder } from '../client/shop-queries.ts'

export type RefundInput = Omit<NewRefund, 'key'>

/** Makes refunds. Each different refund has its own key, so that a retry or a second click never refunds twice. */
export function useRefund(orderId: string, onDone: () => void): UseMutationResult<Order, Error, RefundInput> {
  const queries = useQueryClient()
  const showOrder = useShowStoreOrder()
  const [keys] = useState(() => new Map<string, string>())
  return useMutation({
    mutationFn: async (refund: RefundInput) => {
      const name = JSON.stringify(refund)
      const key = keys.get(name) ?? crypto.randomUUID()
      keys.set(name, key)
      try {
        return await refundOrder(orderId, { ...refund, key })
      } catch (error) {
        if (error instanceof ShopError && error.code === 'refund_failed') keys.delete(name)
        throw error
      }
    },
    // The refund may have been made even if its answer was lost.
    onError: () => queries.invalidateQueries({ queryKey: storeOrdersKey }),
    onSuccess: (order) => {
      showOrder(order)
      onDone()
    },
  })
}
