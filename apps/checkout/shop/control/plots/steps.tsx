import type { ReactNode } from 'react'

import type { Span, Step } from '../state/series.ts'

export interface StepsProps {
  steps: readonly Step[]
  span: Span
  label: string
}

const minTop = 2

/** Draws a line that stays level until the value changes. */
export function Steps({ steps, span, label }: StepsProps): ReactNode {
  const top = Math.max(minTop, ...steps.map(({ value }) => value)) + 0.5
  const xOf = (at: number): number => (at - span.from) / (span.to - span.from)
  const [first, ...rest] = steps
  const path =
    first &&
    [
      `M ${xOf(first.at)} ${top - first.value}`,
      ...rest.map(({ at, value }) => `H ${xOf(at)} V ${top - value}`),
      'H 1',
    ].join(' ')
  return (
    <svg className="drawing low" viewBox={`0 0 1 ${top + 0.1}`} preserveAspectRatio="none" role="img">
      <title>{label}</title>
      {path && <path className="step-line" d={path} />}
    </svg>
  )
}
