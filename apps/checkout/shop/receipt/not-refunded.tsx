import type { ReactNode } from 'react'

import type { OrderPayment } from '../../src/merchant/api/shop-api.ts'
import { formatCents } from '../shared/money.ts'
import { unrefundedCents } from '../shared/order-flow.ts'
import { Notice } from '../ui/notice.tsx'

/** Says what to do if a payment should go back and was not refunded completely. */
export function NotRefunded({ payment }: { payment: OrderPayment }): ReactNode {
  const left = unrefundedCents(payment)
  if (left === 0) return null
  return (
    <Notice tone="error" title={`We could not refund ${formatCents(left)} yet`}>
      Show this order to the store.
    </Notice>
  )
}
