import type { ReactNode } from 'react'

export interface BarsProps {
  values: readonly number[]
  label: string
}

/** The lowest of the tallest bars: one of one would else look like very many. */
const least = 3

export function Bars({ values, label }: BarsProps): ReactNode {
  const top = Math.max(least, ...values)
  return (
    <svg
      className="drawing low"
      viewBox={`0 0 ${values.length} ${top}`}
      preserveAspectRatio="none"
      role="img"
    >
      <title>{label}</title>
      {values.map((value, index) => (
        // A bar is its place in time: there is nothing else to tell it by.
        // oxlint-disable-next-line react/no-array-index-key
        <rect key={index} className="bar-shape" x={index + 0.1} y={top - value} width={0.8} height={value} />
      ))}
    </svg>
  )
}
