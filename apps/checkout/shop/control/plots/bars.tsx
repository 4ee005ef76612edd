import type { ReactNode } from 'react'

export interface BarsProps {
  values: readonly number[]
  label: string
}

/** The scale ends at this value or higher, so that a single request does not fill the plot. */
const minTop = 3

export function Bars({ values, label }: BarsProps): ReactNode {
  const top = Math.max(minTop, ...values)
  return (
    <svg
      className="drawing low"
      viewBox={`0 0 ${values.length} ${top}`}
      preserveAspectRatio="none"
      role="img"
    >
      <title>{label}</title>
      {values.map((value, index) => (
        // A bar is identified by its position in time.
        // oxlint-disable-next-line react/no-array-index-key
        <rect key={index} className="bar-shape" x={index + 0.1} y={top - value} width={0.8} height={value} />
      ))}
    </svg>
  )
}
