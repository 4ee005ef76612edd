import { useMutation, type UseMutationResult } from '@tanstack/react-query'

import type { Product } from '../../src/merchant/api/shop-api.ts'
import { createOrder } from '../client/shop-client.ts'
import { navigate } from '../shared/route.ts'
import { cartItems, withOrder, type Cart } from './cart.ts'
import { changeCart, useCart } from './use-cart.ts'

/** Creates an order from the cart and opens it. If the cart has not changed since its last order, opens that one. */
export function useCheckOut(
  products: readonly Product[],
  options: { isReplacing?: boolean } = {},
): UseMutationResult<unknown, Error, void> {
  const cart = useCart()
  return useMutation({
    mutationFn: async () => ({ sent: cart, orderId: cart.orderId ?? (await orderOf(cart, products)) }),
    onSuccess: ({ sent, orderId }) => {
      changeCart((latest) => withOrder(latest, sent, orderId))
      navigate(`/orders/${orderId}`, options)
    },
  })
}

async function orderOf(cart: Cart, products: readonly Product[]): Promise<string> {
  const { id } = await createOrder({ items: cartItems(cart, products), fulfilment: cart.fulfilment })
  return id
}
