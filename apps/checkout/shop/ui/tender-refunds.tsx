import type { ReactNode } from 'react'

import type { OrderRefund } from '../../src/merchant/api/shop-api.ts'
import { formatCents, formatTime } from '../shared/money.ts'
import { Fact } from './fact.tsx'

const statusNames: Readonly<Record<OrderRefund['status'], string>> = {
  requested: 'Requested',
  processing: 'In progress',
  succeeded: 'Done',
}

/** Lists the refunds of one payment. */
export function TenderRefunds({ refunds }: { refunds: readonly OrderRefund[] }): ReactNode {
  if (refunds.length === 0) return null
  return (
    <ul className="refunds" aria-label="Refunds">
      {refunds.map(({ key, amountCents, reason, status, at }) => (
        <li key={key}>
          <p className="refund-title small">Refund, {formatTime(at)}</p>
          <dl className="facts">
            <Fact name="Amount">{formatCents(amountCents)}</Fact>
            <Fact name="Reason">{reason}</Fact>
            <Fact name="Status">{statusNames[status]}</Fact>
          </dl>
        </li>
      ))}
    </ul>
  )
}
