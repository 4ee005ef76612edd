import type { ReactNode } from 'react'

import type { ShopConfig } from '../../src/merchant/api/shop-api.ts'
import { ShopError } from '../api/shop-client.ts'
import { useOrder } from '../api/shop-queries.ts'
import { withoutOrder } from '../cart/cart.ts'
import { changeCart } from '../cart/use-cart.ts'
import { navigate } from '../shared/route.ts'
import { Loading } from '../ui/loading.tsx'
import { Notice } from '../ui/notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { OrderSteps } from './order-steps.tsx'

export interface OrderPageProps {
  orderId: string
  config: ShopConfig
}

/** Wherever the customer was in this order: the backend knows. */
export function OrderPage({ orderId, config }: OrderPageProps): ReactNode {
  const order = useOrder(orderId)
  if (order.data) return <OrderSteps order={order.data} config={config} />
  const isUnknown = order.error instanceof ShopError && order.error.code === 'unknown_order'
  return (
    <main className="step alone">
      {order.isPending && <Loading>Opening your order…</Loading>}
      {isUnknown && <UnknownOrder />}
      {order.isError && !isUnknown && (
        <TryAgain title="Your order cannot be opened" error={order.error} onRetry={() => order.refetch()} />
      )}
    </main>
  )
}

function UnknownOrder(): ReactNode {
  const toCart = (): void => {
    changeCart(withoutOrder)
    navigate('/')
  }
  return (
    <>
      <StepHeading>This order is not yours</StepHeading>
      <Notice tone="info">It was made by another customer, or there is no such order.</Notice>
      <div className="actions">
        <button type="button" className="primary" onClick={toCart}>
          Go to the cart
        </button>
      </div>
    </>
  )
}
