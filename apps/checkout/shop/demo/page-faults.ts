import type { SessionClock } from '@forage-session/core'

import type { PageFaults } from '../control/state/room-channel.ts'

type Fetch = typeof globalThis.fetch

export interface FaultyPage {
  /** The clock for the session, which can be set wrong. */
  readonly clock: SessionClock
  /** Wraps `fetch` so that it can fail. */
  readonly fetch: (send: Fetch) => Fetch
  readonly faults: () => PageFaults
  readonly cause: (faults: PageFaults) => void
}

/** Creates the faults that happen in the page itself. */
export function createFaultyPage(now: () => number, monotonic: () => number): FaultyPage {
  let faults: PageFaults = { isOffline: false, skewMs: 0 }
  return {
    clock: {
      now: () => now() + faults.skewMs,
      monotonic,
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
    },
    fetch: (send) => (input, init) =>
      faults.isOffline ? Promise.reject(new TypeError('Failed to fetch')) : send(input, init),
    faults: () => faults,
    cause: (next) => (faults = next),
  }
}

/** The faults of this page. */
export const faultyPage: FaultyPage = createFaultyPage(
  () => Date.now(),
  () => performance.now(),
)
