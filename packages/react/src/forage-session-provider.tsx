import type { ForageSession } from '@forage-session/core'
import { QueryClientContext } from '@tanstack/react-query'
import { useCallback, useContext, useEffect, useMemo, useRef, type ReactNode } from 'react'

import { forgetCheckout, resetCheckout } from './forage-query-key.ts'
import { pageClock } from './page-clock.ts'
import { SessionContext } from './session-context.ts'
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

/** Of a given session the page switches the checkout, and does not tell which it is. */
const unnamed = { current: undefined }

function GivenSession({ session, enabled = true, children }: GivenSessionProps): ReactNode {
  const scope = useMemo(
    () => ({ session, enabled, checkoutId: undefined, shownCheckout: unnamed, clock: pageClock }),
    [session, enabled],
  )
  useFollowCheckout(session)
  return <SessionContext.Provider value={scope}>{children}</SessionContext.Provider>
}

function OwnSession({ enabled = true, children, ...options }: OwnSessionProps): ReactNode {
  const { session, mount } = useOwnSession(options)
  const { checkoutId, clock = pageClock } = options
  const shownCheckout = useRef(checkoutId)
  const scope = useMemo(
    () => ({ session, enabled, checkoutId, shownCheckout, clock }),
    [session, enabled, checkoutId, clock],
  )
  const show = useCallback(
    (shown: string | undefined) => {
      shownCheckout.current = shown
      session.setCheckout(shown)
    },
    [session],
  )
  useForgetCheckout(checkoutId)
  return (
    <SessionContext.Provider value={scope}>
      <CheckoutSwitch mount={mount} show={show} checkoutId={checkoutId} />
      {children}
    </SessionContext.Provider>
  )
}

interface CheckoutSwitchProps {
  mount: () => () => void
  show: (checkoutId: string | undefined) => void
  checkoutId: string | undefined
}

/**
 * Before `children`, because layout effects run in the order of the tree: an effect of a child in the same commit
 * already has the session of the new checkout.
 */
function CheckoutSwitch({ mount, show, checkoutId }: CheckoutSwitchProps): ReactNode {
  useLayout(mount, [mount])
  useLayout(() => show(checkoutId), [show, checkoutId])
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

/** The queries of a given session have the same keys in each checkout: those that are watched ask anew. */
function useFollowCheckout(session: ForageSession): void {
  const client = useContext(QueryClientContext)
  useEffect(() => {
    return session.on((event) => {
      if (event.type !== 'token-invalidated' || event.by !== 'checkout') return
      // The switch is told while it happens.
      queueMicrotask(() => resetCheckout(client))
    })
  }, [client, session])
}
