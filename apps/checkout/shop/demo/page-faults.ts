import type { SessionClock } from '@forage-session/core'

import type { PageFaults } from '../control/state/room-message.ts'

type Fetch = typeof globalThis.fetch

export interface FaultyPage {
  /** The session's clock, which can be set wrong. Give it to the provider. */
  readonly clock: SessionClock
  /** The same fetch, which can be cut off. */
  readonly fetch: (send: Fetch) => Fetch
  readonly faults: () => PageFaults
  readonly cause: (faults: PageFaults) => void
}

/** The faults that only the page itself can have. */
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

/** There is one page. */
export const faultyPage: FaultyPage = createFaultyPage(
  () => Date.now(),
  () => performance.now(),
)
