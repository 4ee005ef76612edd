import type { ForageSession } from '@forage-session/core'
import { useSyncExternalStore } from 'react'

/** The checkout that the session is in: whoever owns it may switch it at any time. */
export function useCheckoutId(session: ForageSession): string | undefined {
  const read = (): string | undefined => session.checkoutId
  return useSyncExternalStore(session.subscribe, read, read)
}
