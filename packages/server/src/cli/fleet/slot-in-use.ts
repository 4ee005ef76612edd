import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { readSlot } from './slot-reading.ts'
import { UsageError } from '../usage-error.ts'

/**
 * Before anything is changed: is this the slot of the servers, and can it be read? A command with another scope, client
 * or key than theirs would compromise nothing and say that it was done. Rejects with `UsageError`.
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
      `No server has used pool "${name}" with this environment, client and scope: nothing was done. ` +
        'Compare these variables with the options of the servers (forage-tokens doctor).',
    )
  }
  if (unreadable > 0) {
    throw new UsageError(
      `${unreadable} tokens of pool "${name}" were sealed with a key that is not here: nothing was done. ` +
        'Set every FORAGE_SEAL_KEY_… that the servers have.',
    )
  }
}
