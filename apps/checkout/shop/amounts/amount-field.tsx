import { useId, type ReactNode } from 'react'

import { formatCents } from '../shared/money.ts'

export interface AmountFieldProps {
  label: string
  /** The balance of this benefit. */
  balanceCents: number
  /** The most that this benefit may pay of the order. */
  maxCents: number
  value: string
  isPaid: boolean
  problem: string | undefined
  onChange: (value: string) => void
}

/** The field for the amount that one benefit pays. */
export function AmountField({
  label,
  value,
  isPaid,
  problem,
  onChange,
  ...facts
}: AmountFieldProps): ReactNode {
  const id = useId()
  return (
    <div className="field amount-field">
      <div className="amount-head">
        <label className="label" htmlFor={id}>
          {label}
        </label>
        <span className="small">
          <strong>{formatCents(facts.balanceCents)}</strong> <span className="muted">available</span>
        </span>
      </div>
      <div className="money-box">
        <span aria-hidden="true">$</span>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          maxLength={9}
          value={value}
          readOnly={isPaid}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint`}
          onFocus={(event) => event.target.select()}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <p
        className={problem ? 'field-problem small' : 'muted small'}
        id={`${id}-hint`}
        role={problem && 'alert'}
      >
        {problem ?? (isPaid ? 'Already paid.' : `Up to ${formatCents(facts.maxCents)} of this order.`)}
      </p>
    </div>
  )
}
