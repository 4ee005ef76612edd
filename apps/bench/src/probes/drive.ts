import type { VirtualClock } from '@forage-session/core/testing'

import type { Peer } from '../peers/peer.ts'
import type { World } from '../world/world.ts'
import type { Scene } from './probe.ts'

/** How the calls for a token ended; what is in none of these is still pending. */
export interface Calls {
  asked: number
  /** Served with a token that the API takes at that moment. */
  good: number
  settled: number
}

export const newCalls = (): Calls => ({ asked: 0, good: 0, settled: 0 })

/** Asks for a token, and keeps the score. Does not wait. */
export function call(world: World, peer: Peer | undefined, calls: Calls): void {
  calls.asked += 1
  const answered = async (): Promise<void> => {
    const token = await peer?.get?.()
    if (token !== undefined && world.isGood(token.replace(/^sandbox_/, ''))) calls.good += 1
  }
  answered()
    .catch(() => {})
    .finally(() => void (calls.settled += 1))
}

/** One call of every tab at the beginning of each interval. */
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

/** Lets time pass, 10 ms at a time, until the promise settles. */
export async function passUntil<T>(clock: VirtualClock, promise: Promise<T>, limitMs = 60_000): Promise<T> {
  const state = { isPending: true }
  const settled = promise.finally(() => void (state.isPending = false))
  settled.catch(() => {})
  for (let passed = 0; state.isPending && passed < limitMs; passed += 10) await clock.advance(10)
  if (state.isPending) throw new Error(`Not settled within ${limitMs} ms.`)
  return await settled
}
