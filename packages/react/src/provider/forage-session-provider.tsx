import type { ForageSession } from '@forage-session/core'
import { useMemo, type ReactNode } from 'react'

import { useLayout } from '../shared/hook-tools.ts'
import { pageClock } from '../shared/page.ts'
import { SessionContext, useCheckoutId, type SessionScope } from './session-context.ts'
import { useClears } from './session-watch.ts'
import { useOwnSession, type OwnedSession, type OwnSessionOptions } from './use-own-session.ts'

interface CommonProps {
  children?: ReactNode
  /** If false, no hook requests a token automatically; an explicit `getToken` still does. Default: true. */
  enabled?: boolean | undefined
}

/** The props of a provider with a session that was created outside React. The provider never closes it. */
export type GivenSessionProps = CommonProps & { session: ForageSession } & {
  [Option in keyof OwnSessionOptions]?: never
}

/** The props of a provider that creates its session and closes it after the unmount. They may be written inline. */
export type OwnSessionProps = CommonProps & OwnSessionOptions & { session?: never }

/** The props of a provider: either a session, or the options from which the provider creates one. */
export type ForageSessionProviderProps = GivenSessionProps | OwnSessionProps

/**
 * Provides a session to the hooks below it. It requests no token itself. Either pass a `session` that was created
 * outside React, or the options of `createForageSession`. If `checkoutId` changes, the session switches to the new
 * checkout before any effect of `children`; then the queries of the old checkout are canceled and removed. So they are
 * after `session.clear()`, also if another tab called it.
 *
 * @example
 * ```tsx
 * import { ForageSessionProvider } from '@forage-session/react'
 * import type { ReactNode } from 'react'
 *
 * export function Checkout({ cartId, children }: { cartId: string; children: ReactNode }) {
 *   return (
 *     <ForageSessionProvider
 *       tokenSource="/api/forage/session-token"
 *       environment="sandbox"
 *       checkoutId={cartId}
 *       merchantAccount="mid/123ab45c67"
 *     >
 *       {children}
 *     </ForageSessionProvider>
 *   )
 * }
 * ```
 */
export function ForageSessionProvider(props: ForageSessionProviderProps): ReactNode {
  return props.session ? <GivenSession {...props} /> : <OwnSession {...props} />
}

function GivenSession({ session, enabled, children }: GivenSessionProps): ReactNode {
  const given = useMemo(() => ({ session, clock: pageClock, isMounted: () => true }), [session])
  const checkoutId = useCheckoutId(session)
  return (
    <Scope of={given} checkoutId={checkoutId} enabled={enabled}>
      {children}
    </Scope>
  )
}

function OwnSession({ enabled, children, ...options }: OwnSessionProps): ReactNode {
  const own = useOwnSession(options)
  const { checkoutId } = options
  return (
    <Scope of={own} checkoutId={checkoutId} enabled={enabled}>
      <CheckoutSwitch own={own} checkoutId={checkoutId} />
      {children}
    </Scope>
  )
}

interface ScopeProps extends CommonProps {
  of: Omit<SessionScope, 'checkoutId' | 'clears' | 'enabled'>
  checkoutId: string | undefined
}

function Scope({ of, checkoutId, enabled = true, children }: ScopeProps): ReactNode {
  const clears = useClears(of.session, checkoutId)
  const scope = useMemo(() => ({ ...of, checkoutId, clears, enabled }), [of, checkoutId, clears, enabled])
  return <SessionContext.Provider value={scope}>{children}</SessionContext.Provider>
}

interface CheckoutSwitchProps {
  own: OwnedSession
  checkoutId: string | undefined
}

/**
 * Mounts the session and switches its checkout. It stands before `children`, because layout effects run in the order
 * of the tree: an effect of a child in the same commit already has the new checkout.
 */
function CheckoutSwitch({ own: { session, mount }, checkoutId }: CheckoutSwitchProps): ReactNode {
  useLayout(mount, [mount])
  useLayout(() => session.setCheckout(checkoutId), [session, checkoutId])
  return null
}
