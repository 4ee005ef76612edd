/** Never more than a number of requests in any window of `perMs`. Times in ms. */
export interface RequestWindow {
  /** When one more request may be sent, behind `ahead` others. In the past or `now`: at once. */
  freeAt(now: number, ahead: number): number
  take(now: number): void
}

/** Remembers when each of the last `requests` was sent: the next one follows the oldest by `perMs`. */
export function requestWindow(requests: number, perMs: number): RequestWindow {
  const sentAt = Array<number>(requests).fill(-Infinity)
  let oldest = 0
  let newestAt = -Infinity

  // A clock that was set back by an hour must not close the door for an hour.
  const heedClock = (now: number): void => {
    if (now >= newestAt) return
    newestAt = now
    for (const [i, at] of sentAt.entries()) sentAt[i] = Math.min(at, now)
  }
  return {
    freeAt(now, ahead) {
      heedClock(now)
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
