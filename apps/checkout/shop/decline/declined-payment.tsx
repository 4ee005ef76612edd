import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { paymentProblem } from '../forage/payment-problem.ts'
import { StepHeading } from '../ui/step-heading.tsx'
import { OtherWays } from './other-ways.tsx'

export interface DeclinedPaymentProps {
  order: Order
  /** The decline. The same card cannot pay the same amount. */
  error: unknown
}

/** Replaces the PIN after a decline that no PIN can change, and offers the other ways to pay. */
export function DeclinedPayment({ order, error }: DeclinedPaymentProps): ReactNode {
  const { title, whatToDo, change } = paymentProblem(error)
  return (
    <>
      <span className="mark mark-declined" aria-hidden="true" />
      <StepHeading>{title}</StepHeading>
      <p className="lead" role="alert">
        {whatToDo}
      </p>
      <OtherWays order={order} canChangeAmounts={change === 'amounts'} />
    </>
  )
}
