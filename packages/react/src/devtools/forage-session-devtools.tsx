import type { ForageSession } from '@forage-session/core'
import { lazy, Suspense, useContext, useMemo, useRef, type ReactNode } from 'react'

import { SessionContext } from '../provider/session-context.ts'
import { useLayout } from '../shared/hook-tools.ts'
import { pageClock } from '../shared/page.ts'
import type { Send } from './fault-controls.ts'
import { recorderOf } from './recorder.ts'
import type { SessionFaults } from './session-faults.ts'
import type { Position, Theme } from './ui-settings.ts'
import type { DevtoolsScope } from './ui/devtools-context.ts'
import { useShadowRoot } from './use-shadow-root.ts'

const DevtoolsView = lazy(async () => ({ default: (await import('./ui/devtools-view.tsx')).DevtoolsView }))
const PanelView = lazy(async () => ({ default: (await import('./ui/panel-view.tsx')).PanelView }))

interface CommonProps {
  /** Default: the session of the nearest provider. */
  session?: ForageSession
  /** What can cause states. Default: those that wrap the session's `fetch`, else the emulator behind it. */
  faults?: SessionFaults
  /** The session's own `renewAt`, which it does not tell: from when on the dot is yellow. Default: 0.8. */
  renewAt?: number
  /** Default: `system`. What is chosen in the panel wins. */
  theme?: Theme
  /** For a page without constructable style sheets whose Content-Security-Policy wants a nonce. */
  styleNonce?: string
}

/** What the pill and its panel are given. */
export interface ForageSessionDevtoolsProps extends CommonProps {
  /** Whether the panel is open at first. Default: false, then as it was left. */
  initialIsOpen?: boolean
  /** Where the pill is. Default: `bottom-right`. */
  buttonPosition?: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right'
  /** Where the panel is docked. Default: `bottom`. What is chosen in the panel wins. */
  position?: Position
}

/** What the panel is given. */
export type ForageSessionDevtoolsPanelProps = CommonProps

/** How a session is, what happened to it, and buttons that cause what is hard to come by. Never shows a token. */
export function ForageSessionDevtools(props: ForageSessionDevtoolsProps): ReactNode {
  const { initialIsOpen = false, buttonPosition = 'bottom-right', position = 'bottom' } = props
  const scope = useScope(props)
  const view = { scope, initialIsOpen, buttonPosition, position, theme: props.theme ?? 'system' }
  useShadowRoot(
    <Suspense fallback={null}>
      <DevtoolsView {...view} />
    </Suspense>,
    (host) => document.body.append(host),
    props.styleNonce,
  )
  return null
}

/** The panel alone, in place: for devtools that open and close by themselves. */
export function ForageSessionDevtoolsPanel(props: ForageSessionDevtoolsPanelProps): ReactNode {
  const scope = useScope(props)
  const place = useRef<HTMLDivElement>(null)
  useShadowRoot(
    <Suspense fallback={null}>
      <PanelView scope={scope} theme={props.theme ?? 'system'} />
    </Suspense>,
    (host) => {
      host.style.height = '100%'
      place.current?.append(host)
    },
    props.styleNonce,
  )
  return <div ref={place} style={{ height: '100%' }} />
}

const sendByPage: Send = (url, init) => globalThis.fetch(url, { credentials: 'omit', ...init })

function useScope({ session: given, faults, renewAt = 0.8 }: CommonProps): DevtoolsScope {
  const { session, clock } = useGivenOrProvided(given)
  const recorder = useMemo(() => recorderOf(session, clock), [session, clock])
  // Before the first effect of the page asks for a token.
  useLayout(() => recorder.start(), [recorder])
  return useMemo(
    () => ({ session, recorder, clock, faults, renewAt, send: sendByPage }),
    [session, recorder, clock, faults, renewAt],
  )
}

function useGivenOrProvided(given: ForageSession | undefined): Pick<DevtoolsScope, 'session' | 'clock'> {
  const provided = useContext(SessionContext)
  if (given) return { session: given, clock: provided?.session === given ? provided.clock : pageClock }
  if (provided) return provided
  throw new Error(
    'There is no Forage session here: the devtools were rendered outside of <ForageSessionProvider>. ' +
      'Put them inside, or give them a session: <ForageSessionDevtools session={session} />.',
  )
}
