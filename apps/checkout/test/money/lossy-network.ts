import { setImmediate } from 'node:timers/promises'

/** A network that loses and delays calls. The seed decides which, so that a failed run can be repeated. */
export interface LossyNetwork {
  /** Makes the call, or loses or delays it. */
  call<T>(send: () => Promise<T>): Promise<T>
  /** Lets a seeded number of other events happen first. */
  pause(): Promise<void>
  /** From now on, no call is lost. Resolves when all delayed calls have arrived. */
  calm(): Promise<void>
  /** How many calls were made, and what became of them. */
  readonly counts: Readonly<Record<'calls' | Trouble, number>>
}

/**
 * `lost`: the call never arrives. `unanswered`: it arrives, but its answer is lost. `late`: its answer is delayed.
 * `overtaken`: the caller gives up, and the call arrives after the caller's next calls.
 */
type Trouble = 'lost' | 'unanswered' | 'late' | 'overtaken'

const troubles: readonly Trouble[] = ['lost', 'unanswered', 'late', 'overtaken']

export interface LossyNetworkOptions {
  random: () => number
  /** The part of all calls that is lost or late, from 0 to 1. */
  troubled: number
}

/** Creates the network. A delay is a number of turns of the event loop, not a time. */
export function lossyNetwork({ random, troubled }: LossyNetworkOptions): LossyNetwork {
  const counts = { calls: 0, lost: 0, unanswered: 0, late: 0, overtaken: 0 }
  const onTheWay = new Set<Promise<unknown>>()
  let isCalm = false
  const pause = async (): Promise<void> => {
    for (let turns = Math.ceil(random() * 120); turns > 0; turns -= 1) await setImmediate()
  }
  const act: Record<Trouble, <T>(send: () => Promise<T>) => Promise<T>> = {
    lost: async () => {
      throw new TypeError('fetch failed')
    },
    unanswered: async (send) => {
      await send()
      throw new TypeError('fetch failed')
    },
    late: async (send) => {
      const answer = await send()
      await pause()
      return answer
    },
    overtaken: async (send) => {
      const arriving = pause().then(send)
      onTheWay.add(arriving)
      arriving.catch(() => {}).finally(() => onTheWay.delete(arriving))
      throw new TypeError('fetch failed')
    },
  }
  return {
    counts,
    pause,
    async call(send) {
      counts.calls += 1
      if (isCalm || random() >= troubled) return await send()
      const trouble = troubles[Math.floor(random() * troubles.length)]!
      counts[trouble] += 1
      return await act[trouble](send)
    },
    async calm() {
      isCalm = true
      while (onTheWay.size > 0) await Promise.allSettled(onTheWay)
    },
  }
}
