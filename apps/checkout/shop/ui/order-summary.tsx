import { useId, useState, type ReactNode } from 'react'

import type { OrderLine, OrderPayment } from '../../src/merchant/api/shop-api.ts'
import { totalsOf } from '../../src/merchant/api/split.ts'
import { formatCents, tenderNames } from '../shared/money.ts'

export interface OrderSummaryProps {
  lines: readonly OrderLine[]
  /** The payments that are already paid. */
  paid?: readonly OrderPayment[]
}

/** Stands at the side. On a phone it stands at the top, always shows the total, and opens when pressed. */
export function OrderSummary({ lines, paid = [] }: OrderSummaryProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const { totalCents } = totalsOf(lines)
  return (
    <aside className="summary" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Order summary</h2>
      <button
        type="button"
        className="summary-toggle"
        aria-expanded={isOpen}
        aria-controls={`${id}-details`}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="summary-toggle-text">{isOpen ? 'Hide order summary' : 'Show order summary'}</span>
        <strong className="amount">{formatCents(totalCents)}</strong>
      </button>
      <div className={isOpen ? 'summary-details' : 'summary-details closed'} id={`${id}-details`}>
        <Lines lines={lines} />
        <Totals lines={lines} paid={paid} />
      </div>
    </aside>
  )
}

function Lines({ lines }: Pick<OrderSummaryProps, 'lines'>): ReactNode {
  return (
    <ul>
      {lines.map(({ id, name, quantity, totalCents }) => (
        <li key={id}>
          <span>
            {name} {quantity > 1 && <span className="muted">× {quantity}</span>}
          </span>
          <span className="amount">{formatCents(totalCents)}</span>
        </li>
      ))}
    </ul>
  )
}

function Totals({ lines, paid }: Required<OrderSummaryProps>): ReactNode {
  const { totalCents, snapEligibleCents, ebtEligibleCents } = totalsOf(lines)
  const paidCents = paid.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const rows = [
    ['EBT SNAP can pay', snapEligibleCents],
    ['EBT Cash can also pay', ebtEligibleCents - snapEligibleCents],
    ['Not payable with EBT', totalCents - ebtEligibleCents],
  ] as const
  return (
    <dl>
      {rows.map(([name, cents]) => cents > 0 && <Row key={name} name={name} cents={cents} isMuted />)}
      <Row name="Total" cents={totalCents} className="total" />
      {paid.map(({ ref, tender, amountCents }) => (
        <Row key={ref} name={`Paid with ${tenderNames[tender]}`} cents={-amountCents} />
      ))}
      {paid.length > 0 && <Row name="Left to pay" cents={totalCents - paidCents} className="total" />}
    </dl>
  )
}

interface RowProps {
  name: string
  cents: number
  className?: string
  isMuted?: boolean
}

function Row({ name, cents, className, isMuted = false }: RowProps): ReactNode {
  return (
    <div className={isMuted ? 'muted small' : className}>
      <dt>{name}</dt>
      <dd>{formatCents(cents)}</dd>
    </div>
  )
}
