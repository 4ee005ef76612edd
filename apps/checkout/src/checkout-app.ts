import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { testCards, type Switches } from '@forage-session/emulator'
import type { RunningEmulator } from '@forage-session/emulator/node'
import {
  createForageServer,
  type ForageServer,
  type ForageServerListener,
  type ForageServerOptions,
} from '@forage-session/server'

import type { ForageTarget, RealTarget } from './forage-target.ts'
import { listen } from './listen.ts'
import { customers as demoCustomers } from './merchant/accounts/accounts.ts'
import type { ShopConfig } from './merchant/api/shop-api.ts'
import { openDatabase } from './merchant/database.ts'
import { createDemoLog, type DemoLog } from './merchant/demo/demo-log.ts'
import { createMerchantApp, type MerchantAppOptions } from './merchant/merchant-app.ts'
import { catalogue, deliveryFeeCents } from './merchant/orders/catalog.ts'
import { shopServer } from './shop-server.ts'
import { startLocalEmulator } from './start-local-emulator.ts'

export interface CheckoutOptions extends Pick<MerchantAppOptions, 'customers' | 'rateLimit'> {
  /** Of the shop; 0 takes a free one. */
  port: number
  /** Of the emulator's API; its vault gets the next. Default: 4010, or the next one that is free. 0: any. */
  emulatorPort?: number
  /** Of the emulator. */
  switches?: Partial<Switches>
  /** Default: the emulator. */
  target?: ForageTarget
  /** The shop with reload, instead of the one that `buildShop` made. Default: false. */
  isDev?: boolean
  /** A folder that keeps orders (and the emulator's state) over restarts. Default: in memory. */
  state?: string
  /**
   * Several instances of the backend that take turns, each with its own connection to what they share. Default: one
   * instance with its tokens in memory.
   */
  instances?: readonly BackendInstance[]
  /** Hears what happens to the backend's tokens. */
  onForageEvent?: ForageServerListener
  /** Gets a line for each fault of the backend, until it is closed. Default: `console.error`. */
  log?: (line: string) => void
}

export type BackendInstance = Pick<ForageServerOptions, 'store' | 'clock' | 'upstreamLimit' | 'fetch'>

export interface RunningCheckout {
  /** Origin of the shop and of the merchant's backend. */
  url: string
  /** Undefined with a real target. */
  emulator: RunningEmulator | undefined
  close(): Promise<void>
}

/** Emulator (unless there is a real target), merchant backend and shop. Throws `StartError` if a port is taken. */
export async function startCheckout(options: CheckoutOptions): Promise<RunningCheckout> {
  const { target = { kind: 'emulator' }, isDev = false, state } = options
  if (state !== undefined) mkdirSync(state, { recursive: true })
  const shop: { url?: string } = {}
  const secret = randomBytes(16).toString('hex')
  const log = createDemoLog(Date.now)
  const emulator = target.kind === 'emulator' ? await emulatorFor(options, shop, secret, log) : undefined
  const closers: (() => unknown)[] = emulator ? [() => emulator.close()] : []
  const ending = new AbortController()
  const close = async (): Promise<void> => {
    ending.abort()
    for (const closer of closers.toReversed()) await closer()
  }
  try {
    const real = target.kind === 'real' ? target : asTarget(emulator!, secret)
    const database = openDatabase(fileIn(state, 'shop.sqlite') ?? ':memory:')
    closers.push(() => database.close())
    const { customers, rateLimit, log: writeFault = console.error } = options
    const shared = {
      config: shopConfig(real, emulator),
      ...(customers && { customers }),
      ...(rateLimit !== undefined && { rateLimit }),
      database,
      // What is still under way as the database closes is no fault.
      log: (text: string) => (ending.signal.aborted ? undefined : writeFault(text)),
      webhooks: webhookCheck(real, emulator),
      demo: emulator && { control: emulator.emulator.control, log },
    }
    const backends = (options.instances ?? [{}]).map((instance) => {
      const forage = createBackendClient(real, instance, options.onForageEvent)
      forage.on((event) => log.note({ kind: 'backend', event }))
      closers.push(() => forage.close())
      return createMerchantApp({ ...shared, forage })
    })
    const { server, closeShop } = await shopServer(backends, { isDev })
    closers.push(closeShop)
    const listening = await listen(server, options.port)
    // Together: the server waits for the sockets of a shop with reload.
    closers.splice(closers.indexOf(closeShop), 1, () => Promise.all([listening.close(), closeShop()]))
    shop.url = listening.url
    return { url: listening.url, emulator, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** It tells the shop by webhooks, at an address that is known only when the shop listens. */
function emulatorFor(
  { emulatorPort, switches = {}, state }: CheckoutOptions,
  shop: { readonly url?: string },
  secret: string,
  log: DemoLog,
): Promise<RunningEmulator> {
  const file = fileIn(state, 'forage.sqlite')
  return startLocalEmulator(emulatorPort, {
    switches,
    onRequest: (request) => log.note({ kind: 'request', request }),
    webhooks: [{ url: 'http://shop.invalid/api/webhooks/forage', secret }],
    fetch: async (input, init) => {
      if (shop.url === undefined) throw new TypeError('The shop does not listen yet.')
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      return await fetch(new URL(pathname, shop.url), init)
    },
    ...(file !== undefined && { state: file }),
  })
}

function fileIn(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : join(folder, name)
}

/** The emulator as the backend sees it: one more API with addresses and credentials. */
function asTarget({ emulator, url, vaultUrl }: RunningEmulator, webhookSecret: string): RealTarget {
  const { clientId, clientSecret, merchants } = emulator
  return {
    kind: 'real',
    environment: 'sandbox',
    apiUrl: url,
    vaultUrl,
    sdkUrl: `${url}/sdk/forage.js`,
    credentials: { clientId, clientSecret },
    merchantAccount: `mid/${merchants[0]!.id}`,
    webhookSecret,
  }
}

/** The emulator's clock is moved on purpose: its webhooks may be of any age. */
function webhookCheck(
  { webhookSecret: secret }: RealTarget,
  emulator: RunningEmulator | undefined,
): { secret: string; toleranceMs: number } | undefined {
  return secret === undefined ? undefined : { secret, toleranceMs: emulator ? Infinity : 5 * 60_000 }
}

function createBackendClient(
  { apiUrl, credentials }: RealTarget,
  instance: BackendInstance,
  onEvent: ForageServerListener = () => {},
): ForageServer {
  const forage = createForageServer({ environment: { apiUrl }, credentials, ...instance })
  forage.on(onEvent)
  return forage
}

function shopConfig(target: RealTarget, emulator: RunningEmulator | undefined): ShopConfig {
  const { environment, apiUrl, vaultUrl, sdkUrl, merchantAccount } = target
  return {
    forage: emulator ? 'emulator' : environment,
    apiUrl,
    vaultUrl,
    sdkUrl,
    merchantAccount,
    products: [...catalogue],
    deliveryFeeCents,
    customers: [...demoCustomers],
    testCard: emulator ? testCards[0]!.number : null,
  }
}
