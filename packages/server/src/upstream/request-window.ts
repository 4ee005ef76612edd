/** A limit for the number of requests in any window of `perMs`. Times are in ms. */
export interface RequestWindow {
  /** Returns when one more request may be sent after `ahead` others. If that is not after `now`, it may be sent at once. */
  freeAt(now: number, ahead: number): number
  /** Counts one request. */
  take(now: number): void
}

/** Remembers when each of the last `requests` was sent. The next one may follow `perMs` after the oldest. */
export function requestWindow(requests: number, perMs: number): RequestWindow {
  const sentAt = Array<number>(requests).fill(-Infinity)
  let oldest = 0
  let newestAt = -Infinity

  // A clock that was set back by an hour must not block requests for an hour.
  const followClock = (now: number): void => {
    if (now >= newestAt) return
    newestAt = now
    for (const [i, at] of sentAt.entries()) sentAt[i] = Math.min(at, now)
  }
  return {
    freeAt(now, ahead) {
      followClock(now)
      const turns = Math.floor(ahead / requests)
      const at = sentAt[(oldest + ahead) % requests]!
      return turns === 0 ? at + perMs : Math.max(at + perMs, now) + turns * perMs
    },
    take(now) {
      sentAt[oldest] = newestAt = now
      oldest = (oldest + 1) % requests
    },
  }
}
