import { useEffect, useState } from 'react'

import { useDevtools } from './devtools-context.ts'

/**
 * The time, anew with each second that is left until `until`. It stands still while the page is hidden, and when
 * there is nothing to wait for.
 */
export function useNow(until: number | undefined): number {
  const { clock } = useDevtools()
  const isVisible = useVisible()
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
  // What changed since the last tick is drawn with the time of now.
  return Math.max(now, clock.now())
}

function useVisible(): boolean {
  const [isVisible, setVisible] = useState(() => document.visibilityState !== 'hidden')
  useEffect(() => {
    const update = (): void => setVisible(document.visibilityState !== 'hidden')
    document.addEventListener('visibilitychange', update)
    return () => document.removeEventListener('visibilitychange', update)
  }, [])
  return isVisible
}
