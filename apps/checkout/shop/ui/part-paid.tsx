import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { formatCents } from '../shared/money.ts'
import { paidCents } from '../shared/order-flow.ts'
import { Notice } from './notice.tsx'

/** Says what is paid and what is left, and how the customer gets the money back. */
export function PartPaid({ order }: { order: Order }): ReactNode {
  const paid = paidCents(order)
  return (
    <Notice tone="info" title={`${formatCents(paid)} of ${formatCents(order.totalCents)} is paid`}>
      {formatCents(order.totalCents - paid)} is left to pay. Continue, or cancel the order to get your money
      back.
    </Notice>
  )
}
