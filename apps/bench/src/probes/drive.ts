import type { VirtualClock } from '@forage-session/core/testing'

import type { Peer } from '../peers/peer.ts'
import type { World } from '../world/world.ts'
import type { Scene } from './probe.ts'

/** How the calls for a token ended. A call that has not settled is still pending. */
export interface Calls {
  made: number
  /** Calls that got a token which the API accepts at that moment. */
  good: number
  settled: number
}

export const newCalls = (): Calls => ({ made: 0, good: 0, settled: 0 })

/** Starts a call for a token and counts its outcome. Does not wait for it. */
export function call(world: World, peer: Peer | undefined, calls: Calls): void {
  calls.made += 1
  const answered = async (): Promise<void> => {
    const token = await peer?.get?.()
    if (token !== undefined && world.isGood(token.replace(/^sandbox_/, ''))) calls.good += 1
  }
  answered()
    .catch(() => {})
    .finally(() => void (calls.settled += 1))
}

/** Makes one call in every tab at the start of each interval. */
export async function callEvery(
  { world, peers }: Scene,
  { times, everyMs }: { times: number; everyMs: number },
  calls: Calls = newCalls(),
): Promise<Calls> {
  for (let time = 0; time < times; time += 1) {
    for (const peer of peers) call(world, peer, calls)
    await world.clock.advance(everyMs)
  }
  return calls
}

/** Advances the clock in steps of 10 ms until the promise settles. */
export async function passUntil<T>(clock: VirtualClock, promise: Promise<T>, limitMs = 60_000): Promise<T> {
  const state = { isPending: true }
  const settled = promise.finally(() => void (state.isPending = false))
  settled.catch(() => {})
  for (let passed = 0; state.isPending && passed < limitMs; passed += 10) await clock.advance(10)
  if (state.isPending) throw new Error(`Not settled within ${limitMs} ms.`)
  return await settled
}
