import type { SessionState } from '@forage-session/core'
import { useForageSession, useSessionStatus } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'

import { expireSessionToken } from '../client/shop-client.ts'
import { useControlRoom } from './use-control-room.ts'

const statusNames: Record<SessionState['status'], string> = {
  idle: 'not requested yet',
  fetching: 'requested',
  ready: 'ready',
  degraded: 'ready, but the renewal failed',
  failed: 'not available',
  closed: 'closed',
}

/** Shows the session's status and a button that makes Forage refuse the token. A real shop does not have this bar. */
export function DemoBar(): ReactNode {
  const status = useSessionStatus()
  const [outcome, setOutcome] = useState('')
  const expire = useMutation({
    mutationFn: expireSessionToken,
    onSuccess: ({ expired }) => setOutcome(afterExpiry(expired)),
    onError: () => setOutcome('The emulator did not answer. Check that it is still running.'),
  })
  useReplacement(setOutcome)
  useControlRoom()
  return (
    <section className="demo" aria-label="Demo">
      <p>
        <strong>Demo</strong> Session token: <span data-status={status}>{statusNames[status]}</span>
      </p>
      <button type="button" className="quiet" onClick={() => expire.mutate()} disabled={expire.isPending}>
        Expire the session token now
      </button>
      <a href="/control" target="_blank" rel="noreferrer">
        Control room
      </a>
      <output className="demo-outcome small">{outcome}</output>
    </section>
  )
}

function afterExpiry(expired: number): string {
  return expired === 0
    ? 'There is no session token to expire yet.'
    : 'Expired: Forage now refuses this token. Continue to pay; the session replaces it.'
}

/** Reports when the session received a token after a refused one. */
function useReplacement(setOutcome: (outcome: string) => void): void {
  const session = useForageSession()
  useEffect(() => {
    let isRefused = false
    return session.on((event) => {
      if (event.type === 'token-invalidated') isRefused = event.by === 'rejected'
      if (event.type !== 'token-received' || !isRefused) return
      isRefused = false
      setOutcome('Replaced: the session received a new token automatically.')
    })
  }, [session, setOutcome])
}
