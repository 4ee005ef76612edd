import type { ReactNode } from 'react'

export type Fact = readonly [name: string, value: string]

interface FactsProps {
  facts: readonly Fact[]
  /** Side by side, for what is short; rows for the rest. */
  isTiled?: boolean
}

export function Facts({ facts, isTiled = false }: FactsProps): ReactNode {
  return (
    <dl className={isTiled ? 'facts tiles' : 'facts'}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
