export interface CoalesceOptions<T> {
  /** Whether what one request began may be awaited by another. Default true. */
  joins?: boolean
  /** How long an answer is given again, in ms. */
  keepMs: number
  now: () => number
  /** Whether a kept answer may still be given. */
  isGood: (value: T) => boolean
}

interface Entry<T> {
  work: Promise<T>
  /** The answer and when it came; undefined while it is under way. */
  settled?: { value: T; at: number }
}

export interface Coalescer<T> {
  /** Joins what is under way for `key` (if it may), gives the kept answer (unless `fresh`), or runs `run`. */
  run(key: string, fresh: boolean, run: () => Promise<T>): Promise<T>
}

/** One `run` per key at a time, and its answer for a while: a double mount costs one. Failures are not kept. */
export function createCoalescer<T>({ keepMs, now, isGood, joins = true }: CoalesceOptions<T>): Coalescer<T> {
  const entries = new Map<string, Entry<T>>()
  const isKept = ({ settled }: Entry<T>): boolean =>
    !settled || (isYoung(settled.at) && isGood(settled.value))
  // One from the future is from before the clock was set back: how old it is nobody knows.
  const isYoung = (at: number): boolean => at <= now() && now() - at < keepMs

  // In order of insertion: the first one that is kept ends the sweep.
  const sweep = (): void => {
    for (const [key, entry] of entries) {
      if (isKept(entry)) return
      entries.delete(key)
    }
  }
  const start = (key: string, run: () => Promise<T>): Promise<T> => {
    const entry: Entry<T> = { work: run() }
    entries.delete(key)
    entries.set(key, entry)
    entry.work.then(
      (value) => (entry.settled = { value, at: now() }),
      () => entries.get(key) === entry && entries.delete(key),
    )
    return entry.work
  }
  return {
    run(key, fresh, run) {
      sweep()
      const entry = entries.get(key)
      if (!entry || !isKept(entry)) return start(key, run)
      const { settled, work } = entry
      if (settled) return fresh ? start(key, run) : Promise.resolve(settled.value)
      return joins ? work : start(key, run)
    },
  }
}
