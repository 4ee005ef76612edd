import type { ReactNode } from 'react'

import type { ShopConfig } from '../src/merchant/shop-api.ts'
import { withoutOrder } from './cart.ts'
import { Loading } from './loading.tsx'
import { Notice } from './notice.tsx'
import { OrderSteps } from './order-steps.tsx'
import { navigate } from './route.ts'
import { ShopError } from './shop-client.ts'
import { useOrder } from './shop-queries.ts'
import { StepHeading } from './step-heading.tsx'
import { TryAgain } from './try-again.tsx'
import { changeCart } from './use-cart.ts'

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
