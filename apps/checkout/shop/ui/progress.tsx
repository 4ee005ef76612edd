import type { ReactNode } from 'react'

const steps = [
  ['cart', 'Cart'],
  ['card', 'EBT card'],
  ['amounts', 'Amounts'],
  ['pin', 'PIN'],
  ['receipt', 'Receipt'],
] as const

export type ProgressStep = (typeof steps)[number][0]

/** Shows the steps of the checkout and the current one. */
export function Progress({ step }: { step: ProgressStep }): ReactNode {
  const current = steps.findIndex(([name]) => name === step)
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
