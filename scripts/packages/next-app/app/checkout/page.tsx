import { ForageSessionProvider } from '@forage-session/react'
import type { ReactNode } from 'react'

import { forage, setting } from '../forage'
import { Card } from './card'

// The page mints a token for each request, and no token at build time.
export const dynamic = 'force-dynamic'

export default async function Page(): Promise<ReactNode> {
  const apiUrl = setting('FORAGE_API_URL')
  const merchantAccount = setting('FORAGE_MERCHANT_ACCOUNT')
  const { token, expiresAt } = await forage().mintSessionToken({ merchantAccount })
  return (
    <ForageSessionProvider
      tokenSource="/api/forage/session-token"
      environment={{ apiUrl }}
      checkoutId="cart-1"
      merchantAccount={merchantAccount}
      initialToken={{ token, expires_in: Math.floor((expiresAt - Date.now()) / 1000) }}
    >
      <Card address={`${apiUrl}/api/payment_methods/`} />
    </ForageSessionProvider>
  )
}
