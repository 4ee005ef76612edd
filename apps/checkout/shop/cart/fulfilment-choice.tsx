import { useId, type ReactNode } from 'react'

import type { Fulfilment } from '../../src/merchant/api/shop-api.ts'
import { formatCents } from '../shared/money.ts'

export interface FulfilmentChoiceProps {
  value: Fulfilment
  deliveryFeeCents: number
  /** Whether the choice cannot change now. */
  isFixed: boolean
  onChange: (value: Fulfilment) => void
}

export function FulfilmentChoice({
  value,
  deliveryFeeCents,
  isFixed,
  onChange,
}: FulfilmentChoiceProps): ReactNode {
  const id = useId()
  const choices = [
    ['pickup', 'Pickup', 'Free'],
    ['delivery', 'Delivery', `${formatCents(deliveryFeeCents)}, not payable with EBT SNAP`],
  ] as const
  return (
    <fieldset disabled={isFixed}>
      <legend className="label">Pickup or delivery?</legend>
      <div className="options">
        {choices.map(([name, title, cost]) => (
          <label key={name} className="option" htmlFor={`${id}-${name}`}>
            <input
              id={`${id}-${name}`}
              type="radio"
              name="fulfilment"
              checked={value === name}
              onChange={() => onChange(name)}
            />
            <span className="option-title">{title}</span>
            <span className="muted small">{cost}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
