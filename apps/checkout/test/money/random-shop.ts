import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import { createEmulator, type Emulator } from '@forage-session/emulator'
import { createForageServer } from '@forage-session/server'

import { openDatabase } from '../../src/merchant/database.ts'
import { createMerchantApp, type MerchantApp } from '../../src/merchant/merchant-app.ts'
import { catalog, deliveryFeeCents } from '../../src/merchant/orders/catalog.ts'
import { createCardProcessor, type CardProcessor } from '../../src/merchant/processors/card-processor.ts'
import { Shopper } from '../shopper.ts'
import type { LossyNetwork } from './lossy-network.ts'

const shopUrl = 'http://127.0.0.1:5173'
const apiUrl = 'http://127.0.0.1:4010'

/** The merchant backend, the card processor and the emulator in this process. Every call between them may be lost. */
export interface RandomShop extends AsyncDisposable {
  readonly database: DatabaseSync
  readonly emulator: Emulator
  readonly finishOrders: MerchantApp['finishOrders']
  /** The refs of the payments that Forage created, even if the answer was lost, each with the id of its order. */
  readonly createdPayments: ReadonlyMap<string, string>
  /** From now on, webhooks do not reach the shop. */
  ignoreWebhooks(): void
  signIn(account: string, path?: string): Promise<Shopper>
  /** Reads something from Forage with the merchant's authentication token. */
  readForage<T>(path: string): Promise<T>
}

interface CreatedPayment {
  ref: string
  metadata: { order_id: string }
}

export const shoppers: readonly string[] = ['one', 'two', 'three', 'four']

export function startRandomShop(network: LossyNetwork): RandomShop {
  const database = openDatabase(':memory:')
  const createdPayments = new Map<string, string>()
  let areWebhooksIgnored = false
  const emulator = createEmulator({
    // The backends of a process share their token if they have the same client ID.
    clientId: randomUUID(),
    clock: {
      now: Date.now,
      // A webhook is repeated after some turns, so that the run does not depend on time.
      setTimeout: (run) => void network.pause().then(run),
      clearTimeout: () => {},
    },
    webhooks: [{ url: `${shopUrl}/api/webhooks/forage`, secret }],
    fetch: async (input, init) =>
      areWebhooksIgnored ? new Response(null, { status: 204 }) : await lossy(input, init),
  })
  const lossy = (input: URL | RequestInfo, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, { ...init, signal: null })
    return network.call(() => answer(request))
  }
  const answer = async (request: Request): Promise<Response> => {
    const { origin, pathname } = new URL(request.url)
    if (origin === shopUrl) return await merchant.app.fetch(request)
    const response = await emulator.fetch(request)
    if (request.method === 'POST' && pathname === '/api/payments/' && response.ok) {
      const { ref, metadata } = (await response.clone().json()) as CreatedPayment
      createdPayments.set(ref, metadata.order_id)
    }
    return response
  }
  const { clientId, clientSecret, merchants } = emulator
  const merchantAccount = `mid/${merchants[0]!.id}`
  const forage = createForageServer({
    environment: { apiUrl },
    credentials: { clientId, clientSecret },
    upstreamLimit: false,
    // How tokens survive a lossy network is another subject. A wait for the next token would make the run depend on time.
    fetch: (input, init) =>
      new Request(input).url.endsWith('token/')
        ? emulator.fetch(new Request(input, init))
        : lossy(input, init),
  })
  const merchant = createMerchantApp({
    forage,
    database,
    config: {
      forage: 'emulator',
      apiUrl,
      vaultUrl: apiUrl,
      sdkUrl: `${apiUrl}/sdk/forage.js`,
      merchantAccount,
      products: [...catalog],
      deliveryFeeCents,
      customers: [],
      testCard: null,
    },
    cardProcessor: () => lossyCards(createCardProcessor(database), network),
    customers: shoppers.map((id) => ({ id, name: id })),
    rateLimit: false,
    webhooks: { secret, toleranceMs: Infinity },
    demo: undefined,
    log: () => {},
  })
  return {
    database,
    emulator,
    createdPayments,
    ignoreWebhooks: () => void (areWebhooksIgnored = true),
    finishOrders: merchant.finishOrders,
    signIn: (account, path) =>
      new Shopper({ url: shopUrl, emulator: { url: apiUrl } }, lossy).signIn(account, path),
    readForage: async <T>(path: string) =>
      (await (await forage.fetch(path, {}, { merchantAccount })).json()) as T,
    async [Symbol.asyncDispose]() {
      emulator.control.reset()
      await forage.close()
      database.close()
    },
  }
}

const secret = 'webhook-secret'

function lossyCards(cards: CardProcessor, { call }: LossyNetwork): CardProcessor {
  return {
    authorize: (...given) => call(() => cards.authorize(...given)),
    capture: (...given) => call(() => cards.capture(...given)),
    release: (...given) => call(() => cards.release(...given)),
    refund: (...given) => call(() => cards.refund(...given)),
  }
}
