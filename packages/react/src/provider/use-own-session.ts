import {
  createForageSession,
  type ForageSession,
  type ForageSessionOptions,
  type TokenResponse,
} from '@forage-session/core'
import { useRef } from 'react'

import { followLatest, optionsKey } from '../shared/latest-options.ts'
import { pageClock, type HookClock } from '../shared/page-clock.ts'
import { useKeyed } from '../shared/use-keyed.ts'
import { useLatest } from '../shared/use-latest.ts'
import { mountableSession, type MountableSession } from './mountable-session.ts'

/** What a provider makes its session from. */
export interface OwnSessionOptions extends ForageSessionOptions {
  /** A token that came with the page. Used once, for the `checkoutId` of the first render. */
  initialToken?: string | TokenResponse | undefined
}

export interface OwnedSession extends MountableSession {
  /** The session's own. */
  readonly clock: HookClock
}

/**
 * The session of a provider's options: another one only when their values change. A `checkoutId` is switched in
 * the same session; functions are called as they are in the last render; the clock and the page's lifecycle are
 * those of the first.
 */
export function useOwnSession({ initialToken, ...options }: OwnSessionOptions): OwnedSession {
  const latest = useLatest(options)
  const { checkoutId: _, clock, lifecycle, ...values } = options
  const key = optionsKey(values)
  const came = useRef<CameToken>({ initialToken, key })
  return useKeyed(key, () => {
    const followed = followLatest(values, () => latest.current)
    const create = (): ForageSession =>
      createForageSession({ ...followed, clock, lifecycle, checkoutId: latest.current.checkoutId })
    const prime = (session: ForageSession): void => {
      const token = came.current
      came.current = undefined
      // Still in the checkout of the first render: a switch comes after the mount, and drops it.
      if (token?.key === key && token.initialToken) session.prime(token.initialToken)
    }
    return { ...mountableSession(create, prime), clock: clock ?? pageClock }
  })
}

/** The token that came with the page, until it is used, and for which options. */
type CameToken = (Pick<OwnSessionOptions, 'initialToken'> & { key: string }) | undefined
