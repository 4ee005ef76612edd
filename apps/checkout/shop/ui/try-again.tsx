import type { ReactNode } from 'react'

import { Notice } from './notice.tsx'

export interface TryAgainProps {
  title: string
  whatToDo: string
  onRetry: () => unknown
}

/** An error notice with a button that tries again. */
export function TryAgain({ title, whatToDo, onRetry }: TryAgainProps): ReactNode {
  return (
    <Notice tone="error" title={title}>
      <p>{whatToDo}</p>
      <button type="button" className="quiet" onClick={() => onRetry()}>
        Try again
      </button>
    </Notice>
  )
}
