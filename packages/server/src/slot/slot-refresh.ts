import type { SlotDocument, Transition } from './slot-document.ts'
import { drain } from './slot-draining.ts'
import { holdsLease } from './slot-lease.ts'

/** Records a use before the refresh token is sent: if the holder dies, the next one knows that it may have been sent. */
export function spendRefreshToken(
  doc: SlotDocument,
  _now: number,
  { fence, id }: { fence: number; id: string },
): Transition {
  if (!holdsLease(doc, fence) || doc.refresh?.id !== id) return { refused: 'stale-fence' }
  return { doc: { ...doc, refresh: { ...doc.refresh, spentUnder: fence } } }
}

/** Drops a refresh token that the server refused, unless another instance holds the lease: its token is newer. */
export function dropRefreshToken(doc: SlotDocument, _now: number, { fence }: { fence: number }): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  return { doc: { ...doc, refresh: null } }
}

/** Drops an access token that the API refused and its refresh token: the credentials bring the next ones. */
export function invalidateFamily(doc: SlotDocument, now: number, { id }: { id: string }): Transition {
  if (doc.current?.id !== id) return { refused: 'not-current' }
  return { doc: { ...drain(doc, now, 'invalidated'), refresh: null } }
}
