import { useEffect, useState, useSyncExternalStore } from 'react'

import type { History } from './world/history.ts'
import { createWorld, type World } from './world/world.ts'

const tickMs = 100

/** Creates a world whose time passes while the page is visible. It is undefined until it is ready. */
export function useWorld(): World | 'failed' | undefined {
  const [world] = useState(() => createWorld(Date.now()))
  const [start, setStart] = useState<'ready' | 'failed'>()
  useEffect(() => {
    let isOver = false
    world.ready.then(
      () => isOver || setStart('ready'),
      (error: unknown) => {
        console.error(error)
        if (!isOver) setStart('failed')
      },
    )
    // A slow device waits for the last tick, so that ticks do not pile up.
    let isPassing = false
    const ticker = setInterval(() => {
      if (document.hidden || isPassing) return
      isPassing = true
      void world.clock.pass(tickMs).finally(() => (isPassing = false))
    }, tickMs)
    return () => {
      isOver = true
      clearInterval(ticker)
    }
  }, [world])
  return start === 'ready' ? world : start
}

export function useHistory(world: World): History {
  return useSyncExternalStore(world.subscribe, world.getHistory)
}

/** Returns the time since the world began, in ms, twice a second. */
export function useElapsed(world: World): number {
  const [elapsed, setElapsed] = useState(0)
  useEffect(() => {
    const ticker = setInterval(() => setElapsed(world.elapsed()), 500)
    return () => clearInterval(ticker)
  }, [world])
  return elapsed
}
