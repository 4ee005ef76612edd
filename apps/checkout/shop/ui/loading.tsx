import type { ReactNode } from 'react'

/** A text that screen readers announce. It is as high as one line, so that the layout does not jump. */
export function Loading({ children }: { children: string }): ReactNode {
  return <output className="loading-line muted">{children}</output>
}
