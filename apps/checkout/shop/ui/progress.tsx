import type { ReactNode } from 'react'

import type { StepName } from '../shared/order-flow.ts'

const steps = [
  ['cart', 'Cart'],
  ['card', 'EBT card'],
  ['balance', 'Balance'],
  ['amounts', 'Amounts'],
  ['payment', 'Payment'],
  ['receipt', 'Receipt'],
] as const

export interface ProgressProps {
  step: 'cart' | Exclude<StepName, 'canceled'>
}

/** Shows the steps of the checkout and the current one. */
export function Progress({ step }: ProgressProps): ReactNode {
  const place = placeOf(step)
  const current = steps.findIndex(([name]) => name === place)
  return (
    <nav className="progress" aria-label="Checkout steps">
      <p className="progress-short" aria-hidden="true">
        Step {current + 1} of {steps.length}: <strong>{steps[current]?.[1]}</strong>
      </p>
      <ol>
        {steps.map(([name, label], index) => (
          <li
            key={name}
            className={index < current ? 'done' : ''}
            aria-current={name === place ? 'step' : undefined}
          >
            <span className="progress-label">{label}</span>
            {index < current && <span className="visually-hidden"> (done)</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** Two pages may be the same step for the customer. */
function placeOf(step: ProgressProps['step']): (typeof steps)[number][0] {
  if (step === 'new-card') return 'card'
  return step === 'pay-snap' || step === 'pay-cash' ? 'payment' : step
}
