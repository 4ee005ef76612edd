import { useId, useState, type ReactNode } from 'react'

import type { OrderLine, OrderPayment, Split, Tender } from '../../src/merchant/api/shop-api.ts'
import { amountsOf, totalsOf } from '../../src/merchant/api/split.ts'
import { byTender, formatCents, tenderNames } from '../shared/money.ts'
import { sumCents } from '../shared/order-flow.ts'
import { Fact } from './fact.tsx'
import { ProductPicture } from './product-picture.tsx'

export interface OrderSummaryProps {
  lines: readonly OrderLine[]
  /** The payments that are already paid. */
  paid?: readonly OrderPayment[]
  /** The amount of each tender. Undefined if it is not chosen yet. */
  split?: Split | undefined
  /** Whether the order can no longer be paid, so that the limits of the benefits do not matter. */
  isOver?: boolean
}

/** Stands at the side. On a phone it stands at the top, always shows what is left to pay, and opens when pressed. */
export function OrderSummary({ lines, paid = [], split, isOver = false }: OrderSummaryProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const { totalCents } = totalsOf(lines)
  const leftCents = totalCents - sumCents(paid)
  const isPaid = paid.length > 0 && leftCents === 0
  return (
    <aside className="summary" aria-labelledby={`${id}-title`}>
      <h2 className="summary-title" id={`${id}-title`}>
        Order summary
      </h2>
      <button
        type="button"
        className="summary-toggle"
        aria-expanded={isOpen}
        aria-controls={`${id}-details`}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="summary-toggle-text">Order summary</span>
        <span className="summary-toggle-amount">
          {paid.length > 0 && <span className="muted small">{isPaid ? 'Paid' : 'Left to pay'}</span>}{' '}
          <strong className="amount">{formatCents(isPaid ? totalCents : leftCents)}</strong>
        </span>
      </button>
      <div className={isOpen ? 'summary-details' : 'summary-details closed'} id={`${id}-details`}>
        <Lines lines={lines} />
        <Totals lines={lines} hasLimits={split === undefined && !isOver} />
        {split && <Tenders split={split} paid={paid} leftCents={leftCents} />}
      </div>
    </aside>
  )
}

function Lines({ lines }: Pick<OrderSummaryProps, 'lines'>): ReactNode {
  return (
    <ul className="summary-lines">
      {lines.map(({ id, name, quantity, totalCents }) => (
        <li key={id}>
          <ProductPicture id={id} />
          <span className="line-name">
            {name} {quantity > 1 && <span className="muted">× {quantity}</span>}
          </span>
          <span className="amount">{formatCents(totalCents)}</span>
        </li>
      ))}
    </ul>
  )
}

/** Until the split is chosen, the customer sees what each benefit can pay. */
function Totals({ lines, hasLimits }: Pick<OrderSummaryProps, 'lines'> & { hasLimits: boolean }): ReactNode {
  const { totalCents, snapEligibleCents, ebtEligibleCents } = totalsOf(lines)
  const rows = [
    ['EBT SNAP can pay', snapEligibleCents],
    ['EBT Cash can also pay', ebtEligibleCents - snapEligibleCents],
    ['Not payable with EBT', totalCents - ebtEligibleCents],
  ] as const
  return (
    <dl>
      {hasLimits &&
        rows.map(([name, cents]) => cents > 0 && <Row key={name} name={name} cents={cents} isMuted />)}
      <Row name="Total" cents={totalCents} className="total" />
    </dl>
  )
}

interface TendersProps {
  split: Split
  paid: readonly OrderPayment[]
  leftCents: number
}

/** The whole split: what each tender pays, and what is paid already. */
function Tenders({ split, paid, leftCents }: TendersProps): ReactNode {
  const isPaid = (tender: Tender): boolean => paid.some((payment) => payment.tender === tender)
  const parts = amountsOf(split).toSorted(([one], [other]) => byTender(one, other))
  return (
    <dl aria-label="How you pay">
      {parts.map(([tender, cents]) => (
        <Row
          key={tender}
          name={isPaid(tender) ? `Paid with ${tenderNames[tender]}` : tenderNames[tender]}
          cents={cents}
          className={isPaid(tender) ? 'tender-paid' : ''}
        />
      ))}
      {paid.length > 0 && leftCents > 0 && <Row name="Left to pay" cents={leftCents} className="total" />}
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
    <Fact name={name} className={isMuted ? 'muted small' : className}>
      {formatCents(cents)}
    </Fact>
  )
}
