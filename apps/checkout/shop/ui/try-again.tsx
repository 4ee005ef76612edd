import type { ReactNode } from 'react'

import { Notice } from './notice.tsx'

export interface TryAgainProps {
  title: string
  /** Its message says what to do. */
  error: Error
  onRetry: () => unknown
}

export function TryAgain({ title, error, onRetry }: TryAgainProps): ReactNode {
  return (
    <Notice tone="error" title={title}>
      <p>{error.message}</p>
      <button type="button" className="quiet" onClick={() => onRetry()}>
        Try again
      </button>
    </Notice>
  )
}
