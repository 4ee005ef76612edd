import type { ReactNode } from 'react'

import type { Tone } from '../pill-state.ts'

/** Never alone: the word beside it says the same. */
export function StatusDot({ tone }: { tone: Tone }): ReactNode {
  return <span className={`dot ${tone}`} aria-hidden="true" />
}
