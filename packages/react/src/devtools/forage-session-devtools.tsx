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
const PanelView = lazy(async () => ({ default: (await import('./ui/devtools-view.tsx')).PanelView }))

interface CommonProps {
  /** Default: the session of the nearest provider. */
  session?: ForageSession
  /** The faults of the session. Default: those that wrap its `fetch`, or else the emulator behind it. */
  faults?: SessionFaults
  /** The session's option `renewAt`: the part of a lifetime after which the dot is yellow. Default: 0.8. */
  renewAt?: number
  /** The color scheme. A choice in the panel overrides it. Default: `system`. */
  theme?: Theme
  /** The nonce of a Content-Security-Policy, for browsers without constructable style sheets. */
  styleNonce?: string
}

/** The props of the pill and its panel. */
export interface ForageSessionDevtoolsProps extends CommonProps {
  /** Whether the panel is open at the first visit; later visits restore its last state. Default: false. */
  initialIsOpen?: boolean
  /** The corner of the pill. Default: `bottom-right`. */
  buttonPosition?: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right'
  /** The edge at which the panel is docked. A choice in the panel overrides it. Default: `bottom`. */
  position?: Position
}

/** The props of the panel. */
export type ForageSessionDevtoolsPanelProps = CommonProps

/**
 * Shows a pill with the status of the session. It opens a panel with the session's events, its details, and buttons
 * that simulate failures. No token is ever shown.
 *
 * @example
 * ```tsx
 * import { ForageSessionProvider } from '@forage-session/react'
 * import { ForageSessionDevtools } from '@forage-session/react/devtools/production'
 *
 * export function Checkout({ cartId }: { cartId: string }) {
 *   return (
 *     <ForageSessionProvider tokenSource="/api/forage/session-token" checkoutId={cartId}>
 *       <ForageSessionDevtools buttonPosition="bottom-left" />
 *     </ForageSessionProvider>
 *   )
 * }
 * ```
 */
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

/**
 * Shows the panel at its place in the page, without a pill: for devtools that have their own button.
 *
 * @example
 * ```tsx
 * import type { ForageSession } from '@forage-session/core'
 * import { ForageSessionDevtoolsPanel } from '@forage-session/react/devtools/production'
 *
 * export function SessionTab({ session }: { session: ForageSession }) {
 *   return <ForageSessionDevtoolsPanel session={session} theme="dark" />
 * }
 * ```
 */
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
  // A layout effect, so that the recording starts before an effect of the page requests a token.
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
    'The devtools found no Forage session. Render them inside <ForageSessionProvider>, ' +
      'or pass a session: <ForageSessionDevtools session={session} />.',
  )
}
