import type { ForageSession } from '@forage-session/core'
import { QueryClientContext } from '@tanstack/react-query'
import { useContext, useEffect, useRef, useState } from 'react'

import { useLayout } from '../shared/hook-tools.ts'
import { forageQueryKey, forgetCheckout, refetchAfterFailure } from './forage-query-key.ts'

/** The last `clear()` of each session. A request that began before it is not sent: its customer signed out. */
export const lastClear: WeakMap<ForageSession, object> = new WeakMap()

/** The function that unsubscribes a session's last provider after it was unmounted. */
const unmounted = new WeakMap<ForageSession, () => void>()

/**
 * Returns how often the session was cleared, by this tab or another one: nothing from before is shown. A `clear()` and
 * another checkout remove the former data from the query cache. Queries that failed without a token are sent again
 * when one arrives.
 */
export function useClears(session: ForageSession, checkoutId: string | undefined): number {
  const client = useContext(QueryClientContext)
  const [clears, setClears] = useState(0)
  useLayout(() => {
    let hasFailed = false
    const unsubscribe = session.on((event) => {
      const { type, by } = event as { type: string; by?: string }
      const queryKey = forageQueryKey(session.checkoutId, [])
      if (type === 'token-failed') hasFailed = true
      if (type === 'token-received' && hasFailed) {
        hasFailed = false
        refetchAfterFailure(client, queryKey)
      }
      // The next answers show whether its customer is still signed in.
      if (by === 'restored') void client?.resetQueries({ queryKey })
      if (by === 'clear') {
        lastClear.set(session, event)
        setClears((count) => count + 1)
        forgetCheckout(client, queryKey)
      }
    })
    const forget = (): void => unmounted.get(session)?.()
    forget()
    return () => {
      // The customer may sign out while no provider is mounted, when the query cache still has the data.
      forget()
      unmounted.set(session, unsubscribe)
    }
  }, [session, client])
  const previous = useRef(checkoutId)
  // After the effects of the children, when their queries already use the new checkout.
  useEffect(() => {
    if (previous.current !== checkoutId) forgetCheckout(client, forageQueryKey(previous.current, []))
    previous.current = checkoutId
  }, [client, checkoutId])
  return clears
}
