import type { ReactNode } from 'react'

export interface QuantityProps {
  of: string
  value: number
  onChange: (value: number) => void
}

const max = 20

export function Quantity({ of, value, onChange }: QuantityProps): ReactNode {
  return (
    <fieldset className="quantity">
      <legend className="visually-hidden">Quantity of {of}</legend>
      <button
        type="button"
        aria-label={`One less: ${of}`}
        disabled={value === 0}
        onClick={() => onChange(value - 1)}
      >
        −
      </button>
      <output aria-label={`${value} of ${of}`}>{value}</output>
      <button
        type="button"
        aria-label={`One more: ${of}`}
        disabled={value === max}
        onClick={() => onChange(value + 1)}
      >
        +
      </button>
    </fieldset>
  )
}
