import type { ReactNode } from 'react'

import type { CheckoutLine } from '../src/merchant/shop-api.ts'
import { formatCents } from './money.ts'

export interface OrderSummaryProps {
  lines: readonly CheckoutLine[]
  totalCents: number
}

export function OrderSummary({ lines, totalCents }: OrderSummaryProps): ReactNode {
  return (
    <aside className="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">Order summary</h2>
      <ul>
        {lines.map(({ id, name, quantity, totalCents: lineCents }) => (
          <li key={id}>
            <span>
              {name} <span className="muted">× {quantity}</span>
            </span>
            <span className="amount">{formatCents(lineCents)}</span>
          </li>
        ))}
      </ul>
      <dl>
        <div>
          <dt>EBT SNAP eligible</dt>
          <dd>{formatCents(totalCents)}</dd>
        </div>
        <div className="total">
          <dt>Total</dt>
          <dd>{formatCents(totalCents)}</dd>
        </div>
      </dl>
      <p className="muted small">No sales tax is charged on groceries paid with EBT SNAP. Pick-up is free.</p>
    </aside>
  )
}
