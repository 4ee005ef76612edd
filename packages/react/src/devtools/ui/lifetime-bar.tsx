import type { CSSProperties, ReactNode } from 'react'

import { countdown } from '../readable-time.ts'
import { useSessionState } from './devtools-context.ts'
import { StatusDot, useLivePill, type LivePill } from './status.tsx'

/** Shows the status of the token and the rest of its lifetime. */
export function LifetimeBar(): ReactNode {
  const pill = useLivePill()
  const state = useSessionState()
  return (
    <div className="lifetime">
      <p className="status">
        <StatusDot tone={pill.tone} />
        <strong className={`word ${pill.tone}`}>{pill.words}</strong>
        {'error' in state && <code>{state.error.code}</code>}
        {pill.leftMs !== undefined && <span className="countdown">{countdown(pill.leftMs)} left</span>}
      </p>
      <div className="bar" data-tone={pill.tone} aria-hidden="true" style={barStyle(pill)}>
        {pill.lifetimeMs !== undefined && pill.leftMs !== undefined && (
          <>
            <span className="bar-left" />
            <span className="bar-renewal" />
          </>
        )}
      </div>
    </div>
  )
}

/** React sets these through the CSSOM, which a strict Content-Security-Policy allows. */
function barStyle({ lifetimeMs, leftMs, renewalAt, expiresAt }: LivePill): CSSProperties {
  const part = (ms: number | undefined): string =>
    lifetimeMs ? String(Math.min(1, Math.max(0, (ms ?? 0) / lifetimeMs))) : '0'
  const renewalMs = renewalAt === undefined || expiresAt === undefined ? 0 : expiresAt - renewalAt
  return { '--left': part(leftMs), '--renewal': part(renewalMs) } as CSSProperties
}
