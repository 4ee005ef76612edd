export interface CoalesceOptions<T> {
  /** Whether one request may await the work of another. Default: true. */
  joins?: boolean
  /** How long an answer may be returned again, in ms. */
  keepMs: number
  now: () => number
  /** Returns whether a kept answer may still be returned. */
  isGood: (value: T) => boolean
}

interface Entry<T> {
  work: Promise<T>
  /** The answer and its time; undefined while the work is in progress. */
  answer?: { value: T; at: number }
}

export interface Coalescer<T> {
  /** Returns whether an answer is kept for `key`. */
  has(key: string): boolean
  /** Joins the work in progress for `key` (if `joins`), returns the kept answer (unless `fresh`), or calls `run`. */
  run(key: string, fresh: boolean, run: () => Promise<T>): Promise<T>
}

/** Calls `run` for a key once at a time and keeps its answer for a while. Failures are not kept. */
export function createCoalescer<T>({ keepMs, now, isGood, joins = true }: CoalesceOptions<T>): Coalescer<T> {
  const entries = new Map<string, Entry<T>>()
  const isKept = ({ answer }: Entry<T>): boolean => !answer || (isYoung(answer.at) && isGood(answer.value))
  // A time in the future is from before the clock was set back: the age of such an answer is unknown.
  const isYoung = (at: number): boolean => at <= now() && now() - at < keepMs

  // The map is in the order of insertion, so the first entry that is kept ends the sweep.
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
      (value) => (entry.answer = { value, at: now() }),
      () => entries.get(key) === entry && entries.delete(key),
    )
    return entry.work
  }
  return {
    has(key) {
      const answer = entries.get(key)?.answer
      return answer !== undefined && isYoung(answer.at)
    },
    run(key, fresh, run) {
      sweep()
      const entry = entries.get(key)
      if (!entry || !isKept(entry)) return start(key, run)
      const { answer, work } = entry
      if (answer) return fresh ? start(key, run) : Promise.resolve(answer.value)
      return joins ? work : start(key, run)
    },
  }
}
