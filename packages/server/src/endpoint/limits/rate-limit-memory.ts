import type { RequestLimit } from './rate-limit-options.ts'

interface CountedWindow {
  count: number
  endsAt: number
}

// About 10 MB. An attacker with a whole IPv6 prefix has more /64s than any memory can hold.
const maxKeys = 100_000

/** Counts requests in this process. The result is how long a key must wait, in ms: 0 within the limit. */
export function memoryRateLimit(
  { requests, perMs }: RequestLimit,
  now: () => number,
): (key: string) => number {
  const windows = new Map<string, CountedWindow>()

  // All windows are equally long, so the map is in the order of their ends.
  const sweep = (at: number): void => {
    for (const [key, { endsAt }] of windows) {
      if (isOpen(endsAt, at, perMs) && windows.size <= maxKeys) return
      windows.delete(key)
    }
  }
  return (key) => {
    const at = now()
    sweep(at)
    const window = windows.get(key) ?? { count: 0, endsAt: at + perMs }
    if (window.count === 0) windows.set(key, window)
    window.count += 1
    return window.count > requests ? window.endsAt - at : 0
  }
}

// A clock that was set back must not lock a client out for longer than a window.
function isOpen(endsAt: number, at: number, perMs: number): boolean {
  return endsAt > at && endsAt <= at + perMs
}
