import { useForageSession } from '@forage-session/react'
import { useEffect } from 'react'

import { openRoomChannel } from '../control/state/room-channel.ts'
import { faultyPage } from './page-faults.ts'
import { createRoomLink } from './room-link.ts'

/** Connects this page to the control room, which shows the session's events and causes faults in the page. */
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
    // Replace the global `fetch`, because the SDK's script uses it as well.
    globalThis.fetch = faultyPage.fetch(fetch)
    const stop = session.on(link.report)
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
