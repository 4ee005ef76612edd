import { useState } from 'react'

import type { Outcome, World } from '../world/world.ts'
import type { Fault } from './faults.ts'
import { press, type FollowUps } from './press.ts'

/** The last button that the reader pressed. Its outcome is undefined until the effects are over. */
export interface LastPress {
  readonly fault: Fault
  readonly outcome: Outcome | undefined
}

/** Returns the last press, and the function that presses a button. */
export function usePress(
  world: World,
  followUps: FollowUps,
): [LastPress | undefined, (fault: Fault) => Promise<void>] {
  const [last, setLast] = useState<LastPress>()
  return [
    last,
    async (fault) => {
      if (world.getHistory().isCounting) return
      setLast({ fault, outcome: undefined })
      setLast({ fault, outcome: await press(world, fault, followUps) })
    },
  ]
}
