import { useForageSession } from '@forage-session/react'
import type { ReactNode } from 'react'

import { Notice } from '../ui/notice.tsx'
import { focusHeading } from '../ui/step-heading.tsx'

export interface SdkProblemProps {
  onRetry: () => void
}

/** Shown if the customer can enter neither card nor PIN, because the token or the SDK's script is missing. */
export function SdkProblem({ onRetry }: SdkProblemProps): ReactNode {
  const session = useForageSession()
  const retry = (): void => {
    session.retry()
    onRetry()
    // The notice is gone then.
    focusHeading()
  }
  return (
    <Notice tone="error" title="EBT payments are not available right now">
      <p>Nothing was charged. Check your connection, wait a moment and try again.</p>
      <button type="button" className="quiet" onClick={retry}>
        Try again
      </button>
    </Notice>
  )
}
