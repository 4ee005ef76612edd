import type { ReactNode } from 'react'

import type { ShopConfig } from '../../src/merchant/api/shop-api.ts'
import { withoutOrder } from '../cart/cart.ts'
import { changeCart } from '../cart/use-cart.ts'
import { ShopError, shopProblemOf } from '../client/shop-client.ts'
import { useOrder } from '../client/shop-queries.ts'
import { navigate } from '../shared/route.ts'
import { Notice } from '../ui/notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { OrderSteps } from './order-steps.tsx'

export interface OrderPageProps {
  orderId: string
  /** The step in the URL. */
  wanted: string | undefined
  config: ShopConfig
}

/** Opens an order at the step of the URL, as far as the backend's data allow it. */
export function OrderPage({ orderId, wanted, config }: OrderPageProps): ReactNode {
  const order = useOrder(orderId)
  if (order.data) return <OrderSteps order={order.data} wanted={wanted} config={config} />
  const isUnknown = order.error instanceof ShopError && order.error.code === 'unknown_order'
  return (
    <main className="step alone">
      {order.isPending && <StepHeading>Loading your order…</StepHeading>}
      {isUnknown && <UnknownOrder />}
      {order.isError && !isUnknown && (
        <TryAgain
          title="We could not load your order"
          whatToDo={shopProblemOf(order.error).whatToDo}
          onRetry={() => order.refetch()}
        />
      )}
    </main>
  )
}

function UnknownOrder(): ReactNode {
  const openCart = (): void => {
    changeCart(withoutOrder)
    navigate('/')
  }
  return (
    <>
      <StepHeading>We could not find this order</StepHeading>
      <Notice tone="info">
        It may belong to another customer. Sign in as the customer who placed it, or start a new order.
      </Notice>
      <div className="actions">
        <button type="button" className="primary" onClick={openCart}>
          Go to the cart
        </button>
      </div>
    </>
  )
}
