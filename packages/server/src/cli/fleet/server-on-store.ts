import { createForageServer, type ForageServer } from '../../server/forage-server.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'

/** Runs a call as one more instance of the servers. Closing it registers what the store did not learn during the call. */
export async function onServer<T>(
  { server }: Configuration,
  store: TokenStore,
  call: (forage: ForageServer) => Promise<T>,
): Promise<T> {
  const forage = createForageServer({ ...server, store })
  try {
    return await call(forage)
  } finally {
    await forage.close()
  }
}
