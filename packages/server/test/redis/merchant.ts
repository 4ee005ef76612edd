import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'

import { createForageServer, type ForageServer, type TokenStore } from '../../src/index.ts'
import { credentials } from '../cli/forage-tokens.ts'

/** The sealing key "k1" of the servers and of the command. */
export const sealingKey: string = Buffer.alloc(32, 7).toString('base64')

/** A merchant's server next to the emulator, and the variables of `forage-tokens` for the same store. */
export interface Merchant extends AsyncDisposable {
  running: RunningEmulator
  forage: ForageServer
  env: Record<string, string>
  merchantAccount: string
  /** Returns whether the API accepts a session token. */
  isAlive(token: string): Promise<boolean>
}

export async function openMerchant(store: TokenStore, redisUrl: string): Promise<Merchant> {
  const running = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
  const merchantAccount = running.emulator.merchants[0]!.id
  const { FORAGE_CLIENT_ID: clientId, FORAGE_CLIENT_SECRET: clientSecret } = credentials
  const forage = createForageServer({
    environment: { apiUrl: running.url },
    credentials: { clientId, clientSecret },
    pools: { web: {}, ios: {} },
    store,
  })
  const env = {
    ...credentials,
    FORAGE_ENVIRONMENT: running.url,
    FORAGE_MERCHANT_ID: merchantAccount,
    FORAGE_POOLS: '{"web":{},"ios":{}}',
    REDIS_URL: redisUrl,
    FORAGE_SEAL_KEY_1: sealingKey,
  }
  return {
    running,
    forage,
    env,
    merchantAccount,
    async isAlive(token) {
      const headers = { authorization: `Bearer ${token}`, 'merchant-account': merchantAccount }
      // For a payment method that does not exist, the API then answers 404.
      const response = await fetch(`${running.url}/api/payment_methods/0000000000/`, { headers })
      return response.status !== 401
    },
    async [Symbol.asyncDispose]() {
      await forage.close()
      await store.close?.()
      await running.close()
    },
  }
}
