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
  const checkoutId = useCheckoutId(session)
  const scope = useMemo(
    () => ({ session, enabled, checkoutId, clock: pageClock, onMount: runNow }),
    [session, enabled, checkoutId],
  )
  useForgetCheckout(checkoutId)
  return <SessionContext.Provider value={scope}>{children}</SessionContext.Provider>
}

/** A given session may be used before its provider is mounted. */
function runNow(run: () => void): () => void {
  run()
  return () => {}
}

function OwnSession({ enabled = true, children, ...options }: OwnSessionProps): ReactNode {
  const { session, mount, onMount } = useOwnSession(options)
  const { checkoutId, clock = pageClock } = options
  const scope = useMemo(
    () => ({ session, enabled, checkoutId, clock, onMount }),
    [session, enabled, checkoutId, clock, onMount],
  )
  useForgetCheckout(checkoutId)
  return (
    <SessionContext.Provider value={scope}>
      <CheckoutSwitch mount={mount} session={session} checkoutId={checkoutId} />
      {children}
    </SessionContext.Provider>
  )
}

/**
 * Before `children`, because layout effects run in the order of the tree: an effect of a child in the same commit
 * already has the session of the new checkout.
 */
function CheckoutSwitch({
  mount,
  session,
  checkoutId,
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
