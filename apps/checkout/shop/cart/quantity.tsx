import type { ReactNode } from 'react'

export interface QuantityProps {
  of: string
  value: number
  /** Whether the quantity cannot change now. */
  isFixed: boolean
  onChange: (value: number) => void
}

const max = 20

export function Quantity({ of, value, isFixed, onChange }: QuantityProps): ReactNode {
  return (
    <fieldset className="quantity">
      <legend className="visually-hidden">Quantity of {of}</legend>
      <StepButton
        label={`One less: ${of}`}
        isDisabled={isFixed || value === 0}
        onPress={() => onChange(value - 1)}
      >
        −
      </StepButton>
      <output aria-label={`${value} of ${of}`}>{value}</output>
      <StepButton
        label={`One more: ${of}`}
        isDisabled={isFixed || value === max}
        onPress={() => onChange(value + 1)}
      >
        +
      </StepButton>
    </fieldset>
  )
}

interface StepButtonProps {
  label: string
  isDisabled: boolean
  onPress: () => void
  children: string
}

/** Unlike `disabled`, `aria-disabled` keeps the focus when the button reaches its limit. */
function StepButton({ label, isDisabled, onPress, children }: StepButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      aria-disabled={isDisabled}
      onClick={isDisabled ? undefined : onPress}
    >
      {children}
    </button>
  )
}
