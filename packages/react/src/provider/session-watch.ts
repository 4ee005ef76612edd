import type { ForageSession, SessionEvent } from '@forage-session/core'
import { QueryClientContext, type QueryClient } from '@tanstack/react-query'
import { useContext, useSyncExternalStore } from 'react'

import { useLayout } from '../shared/hook-tools.ts'
import { forgetCheckout, refetchAfterToken } from './forage-query-key.ts'

/** The effects of a session's events on the page. */
interface SessionWatch {
  /** How often the customer signed out: nothing from before is shown after it. */
  clears: number
  /** The last token request failed. */
  hasFailed: boolean
  /** The query caches that may contain data of the session's checkouts. */
  readonly clients: Set<QueryClient>
}

const watches = new WeakMap<ForageSession, SessionWatch>()

/**
 * Watches a session for the rest of its life: the customer may sign out while no provider is mounted, when the query
 * cache still has the data.
 */
function watch(session: ForageSession): SessionWatch {
  const known = watches.get(session)
  if (known) return known
  const own: SessionWatch = { clears: 0, hasFailed: false, clients: new Set() }
  watches.set(session, own)
  session.on((event) => onSessionEvent(own, session.checkoutId, event))
  return own
}

function onSessionEvent(own: SessionWatch, checkoutId: string | undefined, event: SessionEvent): void {
  if (event.type === 'token-failed') own.hasFailed = true
  if (event.type === 'token-received') {
    for (const client of own.clients) refetchAfterToken(client, checkoutId, own.hasFailed)
    own.hasFailed = false
  }
  if (event.type === 'token-invalidated' && event.by === 'clear') {
    own.clears += 1
    for (const client of own.clients) forgetCheckout(client, checkoutId)
  }
}

/**
 * Returns how often the session was cleared, by this tab or another one. A `clear()` removes the checkout's data from
 * the query cache, and queries that failed without a token are sent again when one arrives.
 */
export function useClears(session: ForageSession): number {
  const client = useContext(QueryClientContext)
  // Before the subscription below, so that the count is current when the event reaches it.
  useLayout(() => {
    const { clients } = watch(session)
    if (client) clients.add(client)
  }, [session, client])
  const read = (): number => watches.get(session)?.clears ?? 0
  return useSyncExternalStore(session.on, read, read)
}
