import { useForageSession } from '@forage-session/react'
import type { ReactNode } from 'react'

import { TryAgain } from '../ui/try-again.tsx'

export interface SdkProblemProps {
  onRetry: () => void
}

/** Shown if the customer can enter neither card nor PIN, because the token or the SDK's script is missing. */
export function SdkProblem({ onRetry }: SdkProblemProps): ReactNode {
  const session = useForageSession()
  return (
    <TryAgain
      title="EBT payments are not available right now"
      whatToDo="Nothing was charged. Check your connection, wait a moment and try again."
      onRetry={() => {
        session.retry()
        onRetry()
      }}
    />
  )
}
