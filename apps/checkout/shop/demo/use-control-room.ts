import { useForageSession } from '@forage-session/react'
import { useEffect } from 'react'

import { openRoomChannel } from '../control/state/room-channel.ts'
import { faultyPage } from './page-faults.ts'
import { createRoomLink } from './room-link.ts'

/** Not a part of a shop: the control room sees what the session does, and can cut the page off. */
export function useControlRoom(): void {
  const session = useForageSession()
  useEffect(() => {
    const link = createRoomLink({
      page: Math.random().toString(36).slice(2, 6),
      faulty: faultyPage,
      openChannel: openRoomChannel,
      now: () => Date.now(),
    })
    const { fetch } = globalThis
    // The SDK's script calls the page's own, too.
    globalThis.fetch = faultyPage.fetch(fetch)
    const stop = session.on(link.tell)
    link.open()
    window.addEventListener('pagehide', link.close)
    window.addEventListener('pageshow', link.open)
    return () => {
      window.removeEventListener('pagehide', link.close)
      window.removeEventListener('pageshow', link.open)
      link.close()
      stop()
      globalThis.fetch = fetch
    }
  }, [session])
}
