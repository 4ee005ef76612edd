import type { ReactNode } from 'react'

import type { Step } from './checkout-flow.ts'

const steps: readonly (readonly [Step, string])[] = [
  ['cart', 'Cart'],
  ['card', 'EBT card'],
  ['balance', 'Balance'],
  ['pin', 'PIN'],
  ['receipt', 'Receipt'],
]

export function Progress({ step }: { step: Step }): ReactNode {
  const current = steps.findIndex(([name]) => name === step)
  return (
    <nav className="progress" aria-label="Steps of the checkout">
      <p className="progress-short" aria-hidden="true">
        Step {current + 1} of {steps.length}: <strong>{steps[current]?.[1]}</strong>
      </p>
      <ol>
        {steps.map(([name, label], index) => (
          <li
            key={name}
            className={index < current ? 'done' : ''}
            aria-current={name === step ? 'step' : undefined}
          >
            <span className="progress-label">{label}</span>
            {index < current && <span className="visually-hidden"> (done)</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}
