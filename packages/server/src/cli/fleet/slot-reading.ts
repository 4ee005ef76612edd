import type { ResolvedOptions, ResolvedPool } from '../../server/server-options.ts'
import { createCredentialsReader } from '../../shared/credentials.ts'
import { emptySlot, sealedTokens, type SlotDocument, type TokenRecord } from '../../slot/slot-document.ts'
import { slotKey } from '../../slot/slot-key.ts'
import { createSlotCodec } from '../../slot/stored/slot-codec.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'

export interface SlotReading {
  /** The key of the slot in the store. */
  key: string
  doc: SlotDocument
  /** Whether a server has ever used the slot. */
  isThere: boolean
  /** The tokens that no sealing key of the variables opens. */
  unreadable: TokenRecord[]
}

/** Reads the slot of a pool without changing it. */
export async function readSlot(
  store: TokenStore,
  { endpoints, clock }: ResolvedOptions,
  { name, scope, credentials, credentialsOption }: ResolvedPool,
): Promise<SlotReading> {
  const { clientId } = await createCredentialsReader(credentials, credentialsOption, clock).read()
  const key = await slotKey({ pool: name, tokenUrl: endpoints.tokenUrl, clientId, scope })
  const stored = await store.get(key)
  if (!stored) return { key, doc: emptySlot, isThere: false, unreadable: [] }
  const doc = await createSlotCodec(store.sealer).decode(stored.value, key)
  return { key, doc, isThere: true, unreadable: sealedTokens(doc) }
}

/**
 * Verifies, before a command changes a slot, that servers use the slot and that its tokens can be read. With another
 * scope, client or key than the servers have, a compromise would revoke nothing and report success. Rejects with
 * `UsageError`.
 */
export async function assertInUse(
  { resolved }: Configuration,
  store: TokenStore,
  name: string,
): Promise<void> {
  const pool = resolved.pools.find((each) => each.name === name)!
  const { isThere, unreadable } = await readSlot(store, resolved, pool)
  if (!isThere) {
    throw new UsageError(
      `No server has used pool "${name}" with this environment, client and scope, or the store lost its slot, so nothing was done. ` +
        'Running servers store their tokens again within 30 s of traffic: then try again. ' +
        'Otherwise, compare these variables with the options of the servers (forage-tokens doctor).',
    )
  }
  if (unreadable.length > 0) {
    throw new UsageError(
      `${unreadable.length} tokens of pool "${name}" were sealed with a missing key, so nothing was done. ` +
        'Set every FORAGE_SEAL_KEY_… that the servers have.',
    )
  }
}
