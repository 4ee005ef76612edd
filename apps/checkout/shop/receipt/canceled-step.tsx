import { useEffect, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { withoutOrder } from '../cart/cart.ts'
import { changeCart } from '../cart/use-cart.ts'
import { formatCents, tenderNames } from '../shared/money.ts'
import { paidPayments, unrefundedCents } from '../shared/order-flow.ts'
import { navigate } from '../shared/route.ts'
import { StepHeading } from '../ui/step-heading.tsx'
import { TenderRefunds } from '../ui/tender-refunds.tsx'
import { NotRefunded } from './not-refunded.tsx'

/** The last step of a canceled order, with its refunds. */
export function CanceledStep({ order }: { order: Order }): ReactNode {
  const paid = paidPayments(order)
  useEffect(() => {
    // Keep the cart, but without its order, so that the next checkout creates a new one.
    changeCart((cart) => (cart.orderId === order.id ? withoutOrder(cart) : cart))
  }, [order.id])
  return (
    <>
      <StepHeading>Your order is canceled</StepHeading>
      {paid.length === 0 && <p className="lead">Nothing was charged.</p>}
      {paid.map((payment) => (
        <section key={payment.ref} className="tender">
          <h2>
            {formatCents(payment.amountCents)}{' '}
            {unrefundedCents(payment) === 0 ? 'goes back to' : 'was paid with'} {tenderNames[payment.tender]}
          </h2>
          <TenderRefunds refunds={payment.refunds} />
          <NotRefunded payment={payment} />
        </section>
      ))}
      <div className="actions">
        <button type="button" className="primary" onClick={() => navigate('/')}>
          Back to my cart
        </button>
      </div>
    </>
  )
}
