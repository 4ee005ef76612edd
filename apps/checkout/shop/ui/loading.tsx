import type { ReactNode } from 'react'

/** Read out, and the same height as a line: nothing jumps. */
export function Loading({ children }: { children: string }): ReactNode {
  return <output className="loading-line muted">{children}</output>
}
