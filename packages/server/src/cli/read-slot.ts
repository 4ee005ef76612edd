import type { ResolvedOptions, ResolvedPool } from '../server-options.ts'
import { createSlotCodec } from '../slot-codec.ts'
import { emptySlot, type SlotDocument } from '../slot-document.ts'
import { slotKey } from '../slot-key.ts'
import type { TokenStore } from '../token-store.ts'

/** What the fleet knows of a pool: read, never changed. */
export async function readSlot(
  store: TokenStore,
  { endpoints }: ResolvedOptions,
  { name, scope, credentials }: ResolvedPool,
): Promise<SlotDocument> {
  const clientId = typeof credentials === 'function' ? undefined : credentials.clientId
  const key = await slotKey({ pool: name, tokenUrl: endpoints.tokenUrl, clientId, scope })
  const stored = await store.get(key)
  return stored ? createSlotCodec(name, store.sealer).decode(stored.value) : emptySlot
}
