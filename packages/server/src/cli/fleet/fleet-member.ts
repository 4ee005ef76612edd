import { createForageServer, type ForageServer } from '../../server/forage-server.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'

/** One more instance of the fleet, for as long as the command runs. */
export function serverOf(
  { environment, credentials, pools }: Pick<Configuration, 'environment' | 'credentials' | 'pools'>,
  store: TokenStore,
): ForageServer {
  return createForageServer({ environment, credentials, pools, store })
}
