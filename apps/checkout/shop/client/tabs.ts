import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'

const name = 'harvest-lane'

/**
 * Makes the other tabs read this query again. Without BroadcastChannel, each tab reads it again when the customer
 * returns to it.
 */
export function notifyTabs(queryKey: QueryKey): void {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(name)
  channel.postMessage(queryKey)
  channel.close()
}

/**
 * Reads a query again when another tab changed it. The channel is closed while the page is in the back/forward cache,
 * because an open channel prevents caching.
 */
export function useOtherTabs(): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (typeof BroadcastChannel === 'undefined') return undefined
    let channel: BroadcastChannel | undefined
    const open = (): void => {
      channel ??= new BroadcastChannel(name)
      channel.onmessage = ({ data }: MessageEvent<QueryKey>) =>
        void queries.invalidateQueries({ queryKey: data })
    }
    const close = (): void => {
      channel?.close()
      channel = undefined
    }
    /** Reads everything again, because the page received no messages while it was cached. */
    const reopen = ({ persisted }: PageTransitionEvent): void => {
      open()
      if (persisted) void queries.invalidateQueries()
    }
    open()
    window.addEventListener('pagehide', close)
    window.addEventListener('pageshow', reopen)
    return () => {
      close()
      window.removeEventListener('pagehide', close)
      window.removeEventListener('pageshow', reopen)
    }
  }, [queries])
}
