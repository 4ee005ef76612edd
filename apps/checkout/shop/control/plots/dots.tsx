import type { ReactNode } from 'react'

import type { Dot, Span } from '../state/series.ts'
import { duration } from '../words/readable.ts'

export interface DotsProps {
  dots: readonly Dot[]
  span: Span
  label: string
}

/** The lines in ms. The scale is logarithmic from 1 ms to 10 s, because most answers are quick. */
const gridLines = [10, 100, 1000]
const decades = 4

/** Returns 0 for 1 ms or less, up to 1 for 10 s or more. */
function heightOf(ms: number): number {
  return Math.min(1, Math.log10(Math.max(1, ms)) / decades)
}

export function Dots({ dots, span, label }: DotsProps): ReactNode {
  const xOf = (at: number): number => (at - span.from) / (span.to - span.from)
  return (
    <div className="gridded">
      <svg className="drawing" viewBox="0 0 1 1" preserveAspectRatio="none" role="img">
        <title>{label}</title>
        {gridLines.map((ms) => (
          <line key={ms} className="grid" x1={0} x2={1} y1={1 - heightOf(ms)} y2={1 - heightOf(ms)} />
        ))}
        {dots.map(({ at, value, isBad }, index) => {
          const point = `${xOf(at)} ${1 - heightOf(value)}`
          // A line of length 0 with a round end stays round when the drawing is stretched.
          // oxlint-disable-next-line react/no-array-index-key
          return <path key={index} className={isBad ? 'dot bad' : 'dot'} d={`M ${point} L ${point}`} />
        })}
      </svg>
      <div className="grid-labels small muted" aria-hidden="true">
        {gridLines.toReversed().map((ms) => (
          <span key={ms}>{duration(ms)}</span>
        ))}
      </div>
    </div>
  )
}
