import type { SlotDocument, Transition } from './slot-document.ts'
import { drain } from './slot-draining.ts'
import { holdsLease } from './slot-lease.ts'

/** Written before it is sent: whoever comes after a holder that died knows that it may have been. */
export function spendRefreshToken(
  doc: SlotDocument,
  _now: number,
  { fence, id }: { fence: number; id: string },
): Transition {
  if (!holdsLease(doc, fence) || doc.refresh?.id !== id) return { refused: 'stale-fence' }
  return { doc: { ...doc, refresh: { ...doc.refresh, spentUnder: fence } } }
}

/** The server refused it. Refused in turn if another instance has taken over: then its token is newer. */
export function dropRefreshToken(doc: SlotDocument, _now: number, { fence }: { fence: number }): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  return { doc: { ...doc, refresh: null } }
}

/** The API refused an access token that a refresh has brought: both go, and the credentials bring the next. */
export function invalidateFamily(doc: SlotDocument, now: number, { id }: { id: string }): Transition {
  if (doc.current?.id !== id) return { refused: 'not-current' }
  return { doc: { ...drain(doc, now, 'invalidated'), refresh: null } }
}
