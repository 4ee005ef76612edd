import type { ReactNode } from 'react'

import { Notice } from './notice.tsx'
import { focusHeading } from './step-heading.tsx'

export interface TryAgainProps {
  title: string
  whatToDo: string
  onRetry: () => unknown
}

/** An error notice with a button that tries again. The notice is gone then, so the heading takes the focus. */
export function TryAgain({ title, whatToDo, onRetry }: TryAgainProps): ReactNode {
  const retry = (): void => {
    onRetry()
    focusHeading()
  }
  return (
    <Notice tone="error" title={title}>
      <p>{whatToDo}</p>
      <button type="button" className="quiet" onClick={retry}>
        Try again
      </button>
    </Notice>
  )
}
