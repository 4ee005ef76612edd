import { setImmediate } from 'node:timers/promises'

/** A network that loses and delays calls. The random numbers decide which. */
export interface LossyNetwork {
  /** Makes the call, or loses or delays it. */
  call<T>(send: () => Promise<T>): Promise<T>
  /** Lets a random number of other events happen first. */
  pause(): Promise<void>
  /** From now on, no call is lost. Resolves when all calls so far have ended. */
  calm(): Promise<void>
  /** The number of all calls, and of those with each kind of trouble. */
  readonly counts: Readonly<Record<'calls' | Trouble, number>>
}

/**
 * `lost`: the call never arrives. `unanswered`: it arrives, but its answer is lost. `late`: it and its answer
 * are delayed. `overtaken`: the caller gives up, and the call arrives after the caller's next calls.
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
  const tracked = <T>(call: Promise<T>): Promise<T> => {
    onTheWay.add(call)
    call.catch(() => {}).finally(() => onTheWay.delete(call))
    return call
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
      await pause()
      const answer = await send()
      await pause()
      return answer
    },
    overtaken: async (send) => {
      void tracked(pause().then(send)).catch(() => {})
      throw new TypeError('fetch failed')
    },
  }
  return {
    counts,
    pause,
    call(send) {
      counts.calls += 1
      if (isCalm || random() >= troubled) return tracked(send())
      const trouble = troubles[Math.floor(random() * troubles.length)]!
      counts[trouble] += 1
      return tracked(act[trouble](send))
    },
    async calm() {
      isCalm = true
      while (onTheWay.size > 0) await Promise.allSettled(onTheWay)
    },
  }
}
