import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { formatCents, shortCardName, tenderNames } from '../shared/money.ts'
import { splitOf, type PinStepOf } from '../shared/order-flow.ts'

export interface ChargesProps {
  order: Order
  step: PinStepOf
}

/** Says everything that the PIN charges, and what comes after it. */
export function Charges({ order, step }: ChargesProps): ReactNode {
  const { payment, number, count } = step
  const byCardCents = cardCentsAfter(order, step)
  const next = number < count ? nextCharges(order) : undefined
  return (
    <div className="charges">
      {count > 1 && (
        <span className="tag">
          PIN {number} of {count}
        </span>
      )}
      <p className="charges-now">
        {formatCents(payment.amountCents)} from {tenderNames[payment.tender]}.
        {byCardCents > 0 && ` Then ${formatCents(byCardCents)} on ${shortCardName}.`}
      </p>
      <p className="muted small">
        EBT card ending in {order.card?.last4}.{next !== undefined && ` ${next}`}
      </p>
    </div>
  )
}

/** Returns what the card on file pays right after this PIN. It is charged last. */
export function cardCentsAfter(order: Order, { number, count }: PinStepOf): number {
  return number === count ? (splitOf(order)?.cardCents ?? 0) : 0
}

function nextCharges(order: Order): string {
  const { cashCents = 0, cardCents = 0 } = splitOf(order) ?? {}
  const byCard = cardCents > 0 ? `, then ${formatCents(cardCents)} on ${shortCardName}` : ''
  return `Next: ${formatCents(cashCents)} from ${tenderNames.ebt_cash} with another PIN entry${byCard}.`
}
