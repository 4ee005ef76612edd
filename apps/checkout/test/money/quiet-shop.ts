import { startEmulator } from '@forage-session/emulator/node'

import { startCheckout, type CheckoutOptions } from '../../src/checkout-app.ts'
import { forageTarget } from '../../src/forage-target.ts'
import { Shopper } from '../shopper.ts'

export const webhookSecret = 'webhook-secret'

/** A running shop whose emulator sends no webhooks, so that only the test's own requests change an order. */
export interface QuietShop {
  readonly url: string
  signIn(account: string, path?: string): Promise<Shopper>
  close(): Promise<void>
}

export async function startQuietShop(options: Omit<CheckoutOptions, 'port' | 'target'>): Promise<QuietShop> {
  const api = await startEmulator({ port: 0 })
  const target = forageTarget({
    FORAGE_CLIENT_ID: api.emulator.clientId,
    FORAGE_CLIENT_SECRET: api.emulator.clientSecret,
    FORAGE_MERCHANT_ID: '123ab45c67',
    FORAGE_API_URL: api.url,
    FORAGE_VAULT_URL: api.vaultUrl,
    FORAGE_SDK_URL: `${api.url}/sdk/forage.js`,
    FORAGE_WEBHOOK_SECRET: webhookSecret,
  })
  const shop = await startCheckout({ port: 0, target, ...options })
  return {
    url: shop.url,
    signIn: (account, path) => new Shopper({ url: shop.url, emulator: api }).signIn(account, path),
    async close() {
      await shop.close()
      await api.close()
    },
  }
}
