import { createHash } from 'node:crypto'

import type { SealingKeys } from '@forage-session/server/sqlite'

/**
 * Returns the keys that seal the authentication token in the store. The client secret can mint tokens anyway, so sealing
 * with it protects the token from readers of the store. In production, use a random key from your secret manager: then you
 * can replace the client secret and the key independently.
 */
export function sealingKeys(clientSecret: string): SealingKeys {
  return { current: 'demo', demo: createHash('sha256').update(clientSecret).digest('base64') }
}
