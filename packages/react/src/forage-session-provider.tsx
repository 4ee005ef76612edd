import type { ForageSession } from '@forage-session/core'
import { QueryClientContext } from '@tanstack/react-query'
import { useContext, useEffect, useMemo, useRef, type ReactNode } from 'react'

import { forgetCheckout } from './forage-query-key.ts'
import { pageClock } from './page-clock.ts'
import { SessionContext, type SessionScope } from './session-context.ts'
import { useCheckoutId } from './use-checkout-id.ts'
import { useLayout } from './use-layout.ts'
import { useOwnSession, type OwnSessionOptions } from './use-own-session.ts'

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

export type ForageSessionProviderProps = GivenSessionProps | OwnSessionProps

/** Gives the hooks below it their session. It asks for no token by itself. */
export function ForageSessionProvider(props: ForageSessionProviderProps): ReactNode {
  return props.session ? <GivenSession {...props} /> : <OwnSession {...props} />
}

function GivenSession({ session, enabled = true, children }: GivenSessionProps): ReactNode {
  const scope = { session, enabled, checkoutId: useCheckoutId(session), clock: pageClock, isMounted: always }
  return <Scope {...scope}>{children}</Scope>
}

function OwnSession({ enabled = true, children, ...options }: OwnSessionProps): ReactNode {
  const { session, isMounted, mount } = useOwnSession(options)
  const { checkoutId, clock = pageClock } = options
  return (
    <Scope {...{ session, enabled, checkoutId, clock, isMounted }}>
      <CheckoutSwitch {...{ session, checkoutId, mount }} />
      {children}
    </Scope>
  )
}

function always(): boolean {
  return true
}

function Scope({ children, ...scope }: SessionScope & { children: ReactNode }): ReactNode {
  const { session, enabled, checkoutId, clock, isMounted } = scope
  const stable = useMemo(
    () => ({ session, enabled, checkoutId, clock, isMounted }),
    [session, enabled, checkoutId, clock, isMounted],
  )
  useForgetCheckout(checkoutId)
  return <SessionContext.Provider value={stable}>{children}</SessionContext.Provider>
}

/**
 * Before `children`, because layout effects run in the order of the tree: an effect of a child in the same commit
 * already has the session of the new checkout.
 */
function CheckoutSwitch({
  session,
  checkoutId,
  mount,
}: Pick<SessionScope, 'session' | 'checkoutId'> & { mount: () => () => void }): ReactNode {
  useLayout(mount, [mount])
  useLayout(() => session.setCheckout(checkoutId), [session, checkoutId])
  return null
}

/** After the effects of the children: their queries already watch the new checkout. */
function useForgetCheckout(checkoutId: string | undefined): void {
  const client = useContext(QueryClientContext)
  const previous = useRef(checkoutId)
  useEffect(() => {
    if (previous.current === checkoutId) return
    forgetCheckout(client, previous.current)
    previous.current = checkoutId
  }, [client, checkoutId])
}
