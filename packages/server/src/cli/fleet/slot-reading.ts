import type { ResolvedOptions, ResolvedPool } from '../../server/server-options.ts'
import { createCredentialsReader } from '../../shared/credentials.ts'
import { createSlotCodec } from '../../slot/slot-codec.ts'
import { emptySlot, sealedTokens, type SlotDocument } from '../../slot/slot-document.ts'
import { slotKey } from '../../slot/slot-key.ts'
import type { TokenStore } from '../../store/token-store.ts'

export interface SlotReading {
  doc: SlotDocument
  /** Whether any server has ever used it. */
  isThere: boolean
  /** Tokens that were sealed with a key that is not here. */
  unreadable: number
}

/** What the fleet knows of a pool: read, never changed. */
export async function readSlot(
  store: TokenStore,
  { endpoints, clock }: ResolvedOptions,
  { name, scope, credentials, credentialsOption }: ResolvedPool,
): Promise<SlotReading> {
  const { clientId } = await createCredentialsReader(credentials, credentialsOption, clock).read()
  const key = await slotKey({ pool: name, tokenUrl: endpoints.tokenUrl, clientId, scope })
  const stored = await store.get(key)
  if (!stored) return { doc: emptySlot, isThere: false, unreadable: 0 }
  const doc = await createSlotCodec(name, store.sealer).decode(stored.value)
  return { doc, isThere: true, unreadable: sealedTokens(doc).length }
}
