import type { Account, Order } from '../../src/merchant/api/shop-api.ts'
import { useOrder } from '../client/shop-queries.ts'
import { paidCents } from '../shared/order-flow.ts'
import type { Cart } from './cart.ts'

/** Returns the cart's order if the customer has paid a part of it. Returns undefined while that is not known. */
export function usePartPaidOrder({ orderId }: Cart, account: Account | null): Order | undefined {
  const { data } = useOrder(orderId ?? '', {
    enabled: orderId !== undefined && account !== null,
    // The cart is usable without this answer.
    retry: false,
  })
  return data?.status === 'open' && paidCents(data) > 0 ? data : undefined
}
