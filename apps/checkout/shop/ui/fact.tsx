import type { ReactNode } from 'react'

export interface FactProps {
  name: string
  className?: string | undefined
  children: ReactNode
}

/** A row of a list of facts: a name and its value. */
export function Fact({ name, className, children }: FactProps): ReactNode {
  return (
    <div className={className}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
