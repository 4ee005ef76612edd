import type { SessionState } from '@forage-session/core'
import { useForageSession, useSessionStatus } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'

import { expireSessionToken } from '../api/shop-client.ts'
import { useControlRoom } from './use-control-room.ts'

const words: Record<SessionState['status'], string> = {
  idle: 'none yet',
  fetching: 'on its way',
  ready: 'ready',
  degraded: 'ready, its renewal failed',
  failed: 'could not be had',
  closed: 'none any more',
}

/** Not a part of a shop: how the session is, and a button that makes Forage refuse its token. */
export function DemoBar(): ReactNode {
  const status = useSessionStatus()
  const [outcome, setOutcome] = useState('')
  const expire = useMutation({
    mutationFn: expireSessionToken,
    onSuccess: ({ expired }) => setOutcome(afterExpiry(expired)),
    onError: () => setOutcome('The emulator did not answer: is it still running?'),
  })
  useReplacement(setOutcome)
  useControlRoom()
  return (
    <section className="demo" aria-label="Demo">
      <p>
        <strong>Demo</strong> Session token: <span data-status={status}>{words[status]}</span>
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
    ? 'There was none to expire.'
    : 'Expired: Forage refuses it from now on. Go on paying, it will be replaced.'
}

/** Says so when the session got a token after one that was refused. */
function useReplacement(setOutcome: (outcome: string) => void): void {
  const session = useForageSession()
  useEffect(() => {
    let isRefused = false
    return session.on((event) => {
      if (event.type === 'token-invalidated') isRefused = event.by === 'rejected'
      if (event.type !== 'token-received' || !isRefused) return
      isRefused = false
      setOutcome('Replaced: the session has another token by itself.')
    })
  }, [session, setOutcome])
}
