import { useMutation, type UseMutationResult } from '@tanstack/react-query'

import type { Product } from '../src/merchant/shop-api.ts'
import { cartItems } from './cart.ts'
import { navigate } from './route.ts'
import { createOrder } from './shop-client.ts'
import { changeCart, useCart } from './use-cart.ts'

/** Makes an order of the cart and goes there. A cart that was not changed since has its order already. */
export function useCheckOut(
  products: readonly Product[],
  options: { isReplacing?: boolean } = {},
): UseMutationResult<string, Error, void> {
  const cart = useCart()
  return useMutation({
    mutationFn: async () => {
      if (cart.orderId !== undefined) return cart.orderId
      return (await createOrder({ items: cartItems(cart, products), fulfilment: cart.fulfilment })).id
    },
    onSuccess: (orderId) => {
      changeCart((latest) => ({ ...latest, orderId }))
      navigate(`/orders/${orderId}`, options)
    },
  })
}
