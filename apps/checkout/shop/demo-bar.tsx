import type { SessionState } from '@forage-session/core'
import { useSessionStatus } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { expireSessionToken } from './shop-client.ts'

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
  const expire = useMutation({ mutationFn: expireSessionToken })
  return (
    <section className="demo" aria-label="Demo">
      <p>
        <strong>Demo</strong> Session token: <span data-status={status}>{words[status]}</span>
      </p>
      <button type="button" className="quiet" onClick={() => expire.mutate()} disabled={expire.isPending}>
        Expire the session token now
      </button>
      <output className="demo-outcome small">{outcome(expire.data?.expired, expire.isError)}</output>
    </section>
  )
}

function outcome(expired: number | undefined, isError: boolean): string {
  if (isError) return 'The emulator did not answer: is it still running?'
  if (expired === undefined) return ''
  return expired === 0
    ? 'There was none to expire.'
    : 'Expired: Forage refuses it from now on. Go on paying, it will be replaced.'
}
