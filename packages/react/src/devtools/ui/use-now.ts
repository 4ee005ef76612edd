import { useEffect, useState, useSyncExternalStore } from 'react'

import { isPageVisible, onVisibilityChange } from '../../shared/page.ts'
import { useDevtools } from './devtools-context.ts'

/** Returns the time. Re-renders each second until `until`, except while the page is hidden. */
export function useNow(until: number | undefined): number {
  const { clock } = useDevtools()
  const isVisible = useSyncExternalStore(onVisibilityChange, isPageVisible)
  const [now, setNow] = useState(() => clock.now())
  const isTicking = isVisible && until !== undefined && now < until
  useEffect(() => {
    if (!isTicking) return
    let timer: unknown
    const wait = (): void => {
      const leftMs = until - clock.now()
      if (leftMs > 0) timer = clock.setTimeout(tick, (leftMs % 1000) + 1)
    }
    const tick = (): void => {
      setNow(clock.now())
      wait()
    }
    wait()
    return () => clock.clearTimeout(timer)
  }, [clock, isTicking, until])
  // A render for another reason than a tick shows the current time as well.
  return Math.max(now, clock.now())
}
