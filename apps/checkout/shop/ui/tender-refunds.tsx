import type { ReactNode } from 'react'

import type { OrderRefund } from '../../src/merchant/api/shop-api.ts'
import { formatCents, formatTime } from '../shared/money.ts'

const statusNames: Readonly<Record<OrderRefund['status'], string>> = {
  requested: 'requested',
  processing: 'in progress',
  succeeded: 'done',
}

/** Lists the refunds of one payment. */
export function TenderRefunds({ refunds }: { refunds: readonly OrderRefund[] }): ReactNode {
  if (refunds.length === 0) return null
  return (
    <dl className="facts refunds" aria-label="Refunds">
      {refunds.map(({ key, amountCents, reason, status, at }) => (
        <div key={key}>
          <dt>
            Refund, {formatTime(at)}: {reason}
          </dt>
          <dd>
            {formatCents(amountCents)}, {statusNames[status]}
          </dd>
        </div>
      ))}
    </dl>
  )
}
