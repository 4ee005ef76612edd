import type { SessionClock } from '@forage-session/core'
import type { Emulator } from '@forage-session/emulator'
import { createForageServer, memoryStore } from '@forage-session/server'

import {
  amount,
  apiOrigin,
  cardRef,
  merchantAccount,
  paymentPath,
  shopOrigin,
  tokenPath,
} from './addresses.ts'

export interface MerchantBackend {
  answer(request: Request): Promise<Response>
  /** Gets the authentication token before the first customer comes. */
  warmUp(): Promise<void>
}

interface MerchantBackendOptions {
  readonly clock: SessionClock
  readonly emulator: Emulator
}

/** The customer of the demo, who is always signed in. */
const customer = 'customer-1'

/** Creates the merchant's backend, as it would run on Node.js: it serves session tokens, and creates payments. */
export function createMerchantBackend({ clock, emulator }: MerchantBackendOptions): MerchantBackend {
  const { clientId, clientSecret } = emulator
  const forage = createForageServer({
    environment: { apiUrl: apiOrigin },
    credentials: { clientId, clientSecret },
    store: memoryStore({ singleInstance: true }),
    clock,
    fetch: (input, init) => emulator.fetch(new Request(input, init)),
  })
  const sessionToken = forage.sessionTokenHandler({
    authorize: async (_, { checkoutId }) =>
      checkoutId === undefined ? null : { subject: customer, checkoutId, merchantAccount },
    origins: [shopOrigin],
  })
  const createPayment = (request: Request): Promise<Response> =>
    forage.fetch(
      '/api/payments/',
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': request.headers.get('Idempotency-Key') ?? '',
        },
        body: JSON.stringify({
          amount,
          funding_type: 'ebt_snap',
          payment_method: cardRef,
          description: 'Groceries',
          metadata: {},
          is_delivery: false,
        }),
      },
      { merchantAccount },
    )
  const routes: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    [tokenPath]: async (request) => sessionToken(await asServerReceives(request)),
    [paymentPath]: createPayment,
  }
  return {
    async warmUp() {
      await forage.mintSessionToken({ merchantAccount })
    },
    async answer(request) {
      const route = routes[new URL(request.url).pathname]
      return route ? await route(request) : new Response(null, { status: 404 })
    },
  }
}

/**
 * Returns the request as a server receives it: with the headers that a browser adds on the way, which a page cannot
 * set, and with a body that can be read in parts, which the requests of Firefox do not have.
 */
async function asServerReceives(request: Request): Promise<Request> {
  const headers = new Headers(request.headers)
  headers.set('Origin', shopOrigin)
  headers.set('Sec-Fetch-Site', 'same-origin')
  const { body } = new Response(await request.clone().text())
  return Object.defineProperties(request, { headers: { value: headers }, body: { value: body } })
}
