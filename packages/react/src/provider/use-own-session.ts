import {
  createForageSession,
  type ForageSession,
  type ForageSessionOptions,
  type TokenResponse,
} from '@forage-session/core'
import { useRef } from 'react'

import { useKeyed, useLatest } from '../shared/hook-tools.ts'
import { followLatest, optionsKey } from '../shared/latest-options.ts'
import { pageClock, type HookClock } from '../shared/page.ts'
import { mountableSession, type MountableSession } from './mountable-session.ts'

/** The options from which a provider creates its session. */
export interface OwnSessionOptions extends ForageSessionOptions {
  /** The token that the server put into the page. Used once, for the `checkoutId` of the first render. */
  initialToken?: string | TokenResponse | undefined
}

export interface OwnedSession extends MountableSession {
  /** The clock of the session. */
  readonly clock: HookClock
}

/**
 * Creates a session from a provider's options, and another one only when their values change. The same session
 * serves every `checkoutId`. Functions may change with each render; the `platform` is the one of
 * the first render.
 */
export function useOwnSession({ initialToken, ...options }: OwnSessionOptions): OwnedSession {
  const latest = useLatest(options)
  const { checkoutId: _, platform, ...values } = options
  const key = optionsKey(values)
  const unusedToken = useRef<PageToken | undefined>({ initialToken, key })
  return useKeyed(key, () => {
    const followed = followLatest(values, () => latest.current)
    const create = (): ForageSession =>
      createForageSession({ ...followed, platform, checkoutId: latest.current.checkoutId })
    const prime = (session: ForageSession): void => {
      const token = unusedToken.current
      unusedToken.current = undefined
      // The session is still in the checkout of the first render: a switch follows the mount, and drops the token.
      if (token?.key === key && token.initialToken) session.prime(token.initialToken)
    }
    return { ...mountableSession(create, prime), clock: platform?.clock ?? pageClock }
  })
}

/** The token that came with the page, and the key of the options that it came with. */
interface PageToken {
  readonly initialToken: OwnSessionOptions['initialToken']
  readonly key: string
}
