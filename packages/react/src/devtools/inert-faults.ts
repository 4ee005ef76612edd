import { merchantEndpoint } from '@forage-session/core'

import type { SessionFaults } from './session-faults.ts'

/** Replaces `createSessionFaults()` outside development: the same functions without an effect. */
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
