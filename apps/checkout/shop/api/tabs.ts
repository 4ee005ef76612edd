import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'

const name = 'harvest-lane'

/** What this tab changed is read again by the others. Where tabs cannot speak, they read it when they are looked at. */
export function tellTabs(queryKey: QueryKey): void {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(name)
  channel.postMessage(queryKey)
  channel.close()
}

/** Not open while the page is in the back/forward cache, which it would be kept out of. */
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
    /** What changed in the meantime was not heard. */
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
