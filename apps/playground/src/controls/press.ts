import type { Outcome, World } from '../world/world.ts'
import type { Fault } from './faults.ts'

/** What the page does after a fault. Each resolves when it is done. */
export type FollowUps = Readonly<Record<Fault['follow'], () => Promise<unknown>>>

/** An outage can keep a request waiting for longer. */
const longestMs = 8000

/** Presses a button, and returns the outcome when its effects are over. Only then another button can be pressed. */
export async function press(world: World, fault: Fault, followUps: FollowUps): Promise<Outcome> {
  world.press(fault.label)
  const end = await fault.run(world)
  // A request that fails is an outcome as well.
  await Promise.race([Promise.allSettled([followUps[fault.follow]()]), world.clock.after(longestMs)])
  end?.()
  return world.endPress()
}
