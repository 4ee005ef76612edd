import { merchantEndpoint } from '@forage-session/core'

import type { SessionFaults } from './session-faults.ts'

/** What `createSessionFaults()` is outside of development: the same functions, and nothing they could do. */
export function inertFaults(): SessionFaults {
  const armed = { expired: false, rejections: 0, failures: 0, slowMs: 0 }
  const ignore = (): void => {}
  return {
    tokenSource: (source) => (typeof source === 'function' ? source : merchantEndpoint(source)),
    fetch: (send = (input, init) => globalThis.fetch(input, init)) => send,
    expireNow: ignore,
    rejectNext: ignore,
    failNext: ignore,
    slowNext: ignore,
    reset: ignore,
    getSnapshot: () => armed,
    subscribe: () => ignore,
  }
}
