import type { ReactNode } from 'react'

export type Fact = readonly [name: string, value: string]

interface FactsProps {
  facts: readonly Fact[]
  /** So many side by side, for what is short. Default: a row each. */
  columns?: 3 | 5
}

export function Facts({ facts, columns }: FactsProps): ReactNode {
  return (
    <dl className={columns ? `facts tiles of-${columns}` : 'facts'}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
