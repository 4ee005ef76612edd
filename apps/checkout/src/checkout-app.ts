import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { testCards, type Switches } from '@forage-session/emulator'
import type { RunningEmulator } from '@forage-session/emulator/node'
import {
  createForageServer,
  type ForageServer,
  type ForageServerListener,
  type ForageServerOptions,
  type ServerClock,
  type TokenStore,
} from '@forage-session/server'
import { sqliteStore } from '@forage-session/server/sqlite'

import type { ForageTarget, RealTarget } from './forage-target.ts'
import { listen } from './listen.ts'
import { customers as demoCustomers } from './merchant/accounts/accounts.ts'
import type { ShopConfig } from './merchant/api/shop-api.ts'
import { openDatabase } from './merchant/database.ts'
import { createDemoLog, type DemoLog } from './merchant/demo/demo-log.ts'
import { createDemoTime } from './merchant/demo/demo-time.ts'
import { createMerchantApp, type MerchantAppOptions } from './merchant/merchant-app.ts'
import { catalog, deliveryFeeCents } from './merchant/orders/catalog.ts'
import { startRounds } from './rounds.ts'
import { sealingKeys } from './sealing-keys.ts'
import { shopServer } from './shop-server.ts'
import { startLocalEmulator } from './start-local-emulator.ts'
import { stateFiles } from './state-folder.ts'

export interface CheckoutOptions extends Pick<
  MerchantAppOptions,
  'cardProcessor' | 'customers' | 'rateLimit'
> {
  /** The shop's port; 0 uses a free one. */
  port: number
  /** Uses the next free port if `port` is in use. Default: false. */
  mayUseNextPort?: boolean
  /**
   * The port of the emulator's API. Its vault uses the next port. 0 uses free ports. Default: 4010, or the next free
   * port.
   */
  emulatorPort?: number
  /** The emulator's switches. */
  switches?: Partial<Switches>
  /** The API that the shop uses. Default: the emulator. */
  target?: ForageTarget
  /** Serves the shop with reload instead of the build by `buildShop`. Default: false. */
  isDev?: boolean
  /**
   * The folder that keeps orders, the backend's authentication token and the emulator's state across restarts. Only one
   * checkout may use it at a time. Default: in memory.
   */
  state?: string
  /**
   * Several instances of the backend that take turns, each with its own connection to their shared store. Default: one
   * instance, whose token is in the same database as the orders.
   */
  instances?: readonly BackendInstance[]
  /**
   * The pause in ms between two rounds that finish orders: they cancel leftover payments and make unfinished refunds.
   * Default: that happens only when an order is read or a webhook arrives.
   */
  finishEveryMs?: number
  /** Receives the backend's token events. */
  onForageEvent?: ForageServerListener
  /** Receives one line for each fault of the backend until the checkout is closed. Default: `console.error`. */
  log?: (line: string) => void
}

export type BackendInstance = Pick<
  ForageServerOptions,
  'store' | 'clock' | 'upstreamLimit' | 'fetch' | 'telemetry'
>

const nextPorts = 20

export interface RunningCheckout {
  /** The origin of the shop and the merchant backend. */
  url: string
  /** Undefined if the target is real. */
  emulator: RunningEmulator | undefined
  close(): Promise<void>
}

/**
 * Starts the merchant backend, the shop and, unless the target is real, the emulator. Throws `StartError` if the shop's
 * port is in use.
 */
export async function startCheckout(options: CheckoutOptions): Promise<RunningCheckout> {
  const { target = { kind: 'emulator' }, isDev = false, state } = options
  if (state !== undefined) mkdirSync(state, { recursive: true })
  const shop: { url?: string } = {}
  const secret = randomBytes(16).toString('hex')
  const log = createDemoLog(Date.now)
  const emulator = target.kind === 'emulator' ? await startEmulatorFor(options, shop, secret, log) : undefined
  const closers: (() => unknown)[] = emulator ? [() => emulator.close()] : []
  const ending = new AbortController()
  const close = async (): Promise<void> => {
    ending.abort()
    for (const closer of closers.toReversed()) await closer()
  }
  try {
    const real = target.kind === 'real' ? target : asTarget(emulator!, secret)
    const time = createDemoTime(Date.now, emulator && (await aheadOf(emulator)))
    const database = openDatabase(fileIn(state, stateFiles.shop) ?? ':memory:')
    closers.push(() => database.close())
    const { cardProcessor, customers, rateLimit, log: writeFault = console.error } = options
    const shared = {
      config: shopConfig(real, emulator),
      ...(cardProcessor && { cardProcessor }),
      ...(customers && { customers }),
      ...(rateLimit !== undefined && { rateLimit }),
      database,
      // A request that is in progress when the database closes may fail. That is not a fault.
      log: (text: string) => (ending.signal.aborted ? undefined : writeFault(text)),
      webhooks: webhookCheck(real, emulator),
      demo: emulator && { control: emulator.emulator.control, log, time },
      now: time.now,
    }
    const backends = (options.instances ?? [{}]).map((given) => {
      const instance = emulator ? { ...given, clock: time.clock(given.clock ?? systemClock) } : given
      // A token in memory ends with the orders in memory.
      const kept = state === undefined ? {} : { store: tokenStore(database, real, instance.clock) }
      const forage = createBackendClient(real, { ...kept, ...instance }, options.onForageEvent)
      forage.on((event) => log.note({ kind: 'backend', event }))
      closers.push(() => forage.close())
      return createMerchantApp({ ...shared, forage })
    })
    const { server, closeShop } = await shopServer(
      backends.map(({ app }) => app),
      { isDev },
    )
    const { finishEveryMs } = options
    // The instances share their orders, so one of them is enough.
    if (finishEveryMs !== undefined) closers.push(startRounds(backends[0]!.finishOrders, finishEveryMs))
    closers.push(closeShop)
    const listening = await listen(server, options.port, options.mayUseNextPort ? nextPorts : 0)
    // Close both together, because the server waits for the reload sockets of the development shop.
    closers.splice(closers.indexOf(closeShop), 1, () => Promise.all([listening.close(), closeShop()]))
    shop.url = listening.url
    return { url: listening.url, emulator, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts the emulator. Its webhooks use a placeholder address, because the shop's address is not known yet. */
function startEmulatorFor(
  { emulatorPort, switches = {}, state }: CheckoutOptions,
  shop: { readonly url?: string },
  secret: string,
  log: DemoLog,
): Promise<RunningEmulator> {
  const file = fileIn(state, stateFiles.forage)
  return startLocalEmulator(emulatorPort, {
    switches,
    onRequest: (request) => log.note({ kind: 'request', request }),
    webhooks: [{ url: 'http://shop.invalid/api/webhooks/forage', secret }],
    fetch: async (input, init) => {
      if (shop.url === undefined) throw new TypeError('The shop is not listening yet.')
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      return await fetch(new URL(pathname, shop.url), init)
    },
    ...(file !== undefined && { state: file }),
  })
}

/** Returns by how much the emulator's time is ahead: it keeps what the demo let pass before a restart. */
async function aheadOf({ emulator, url }: RunningEmulator): Promise<number> {
  const before = Date.now()
  const response = await emulator.fetch(new Request(`${url}/_emulator/state`))
  const { now } = (await response.json()) as { now: number }
  // The answer takes some ms. Without this limit, the backend's time would differ from the real one by that.
  return now - before < 1000 ? 0 : now - before
}

const systemClock: ServerClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}

/** Keeps the authentication token in the merchant's own database. */
function tokenStore(
  database: DatabaseSync,
  { credentials }: RealTarget,
  clock: ServerClock | undefined,
): TokenStore {
  return sqliteStore(database, { keys: sealingKeys(credentials.clientSecret), ...(clock && { clock }) })
}

function fileIn(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : join(folder, name)
}

/** Describes the emulator as a target, so that the backend treats it like any other API. */
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

/** Returns how to check webhooks. The emulator's clock can be moved, so its webhooks may have any age. */
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
    products: [...catalog],
    deliveryFeeCents,
    customers: [...demoCustomers],
    testCard: emulator ? testCards[0]!.number : null,
  }
}
