import { isForageSessionError } from '@forage-session/core'
import { useForageSession } from '@forage-session/react'
import type { ReactNode } from 'react'

import { Notice } from '../ui/notice.tsx'

export interface SdkProblemProps {
  error: Error | undefined
  onRetry: () => void
}

/** Neither card nor PIN can be entered: no token, or no script. */
export function SdkProblem({ error, onRetry }: SdkProblemProps): ReactNode {
  const session = useForageSession()
  const retry = (): void => {
    session.retry()
    onRetry()
  }
  return (
    <Notice tone="error" title="EBT payments are not available right now">
      <p>Nothing was charged. Check your connection, wait a moment and try again.</p>
      {isForageSessionError(error) && <p className="small">For the shop: {error.remedy}</p>}
      <button type="button" className="quiet" onClick={retry}>
        Try again
      </button>
    </Notice>
  )
}
