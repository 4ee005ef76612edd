import type { ForageSession } from '@forage-session/core'
import { QueryClientContext } from '@tanstack/react-query'
import { useContext, useEffect, useMemo, useRef, type ReactNode } from 'react'

import { useLayout } from '../shared/hook-tools.ts'
import { pageClock } from '../shared/page.ts'
import { forgetCheckout } from './forage-query-key.ts'
import { SessionContext, useCheckoutId, type SessionScope } from './session-context.ts'
import { useOwnSession, type OwnedSession, type OwnSessionOptions } from './use-own-session.ts'

interface CommonProps {
  children?: ReactNode
  /** False: nothing asks for a token by itself; an explicit `getToken` still does. Default: true. */
  enabled?: boolean | undefined
}

/** A session made outside of React: the provider never closes it. */
export type GivenSessionProps = CommonProps & { session: ForageSession } & {
  [Option in keyof OwnSessionOptions]?: never
}

/** The options of a session that lives as long as the provider. They may be written inline. */
export type OwnSessionProps = CommonProps & OwnSessionOptions & { session?: never }

/** A session that is given, or the options of one that the provider makes. */
export type ForageSessionProviderProps = GivenSessionProps | OwnSessionProps

/** Gives the hooks below it their session. It asks for no token by itself. */
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
  of: Omit<SessionScope, 'checkoutId' | 'enabled'>
  checkoutId: string | undefined
}

function Scope({ of, checkoutId, enabled = true, children }: ScopeProps): ReactNode {
  const scope = useMemo(() => ({ ...of, checkoutId, enabled }), [of, checkoutId, enabled])
  useForgetCheckout(checkoutId)
  return <SessionContext.Provider value={scope}>{children}</SessionContext.Provider>
}

interface CheckoutSwitchProps {
  own: OwnedSession
  checkoutId: string | undefined
}

/**
 * Before `children`, because layout effects run in the order of the tree: an effect of a child in the same commit
 * already has the session of the new checkout.
 */
function CheckoutSwitch({ own: { session, mount }, checkoutId }: CheckoutSwitchProps): ReactNode {
  useLayout(mount, [mount])
  useLayout(() => session.setCheckout(checkoutId), [session, checkoutId])
  return null
}

/** After the effects of the children: their queries already watch the new checkout. */
function useForgetCheckout(checkoutId: string | undefined): void {
  const client = useContext(QueryClientContext)
  const previous = useRef(checkoutId)
  useEffect(() => {
    if (client && previous.current !== checkoutId) forgetCheckout(client, previous.current)
    previous.current = checkoutId
  }, [client, checkoutId])
}
