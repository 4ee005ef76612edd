import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'

import { testCards } from '@forage-session/emulator'
import type { RunningEmulator } from '@forage-session/emulator/node'
import {
  createForageServer,
  type ForageServer,
  type ForageServerListener,
  type ForageServerOptions,
} from '@forage-session/server'
import { createAdaptorServer, getRequestListener } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono } from 'hono'

import type { ForageTarget, RealTarget } from './forage-target.ts'
import { listen } from './listen.ts'
import { catalogue } from './merchant/catalogue.ts'
import { createCheckoutStore } from './merchant/checkouts.ts'
import { createMerchantApp } from './merchant/merchant-app.ts'
import type { ShopConfig } from './merchant/shop-api.ts'
import { shopFiles, startShopDevServer } from './shop-build.ts'
import { startLocalEmulator } from './start-local-emulator.ts'

export interface CheckoutOptions {
  /** Of the shop; 0 takes a free one. */
  port: number
  /** Of the emulator's API; its vault gets the next. Default: 4010, or the next one that is free. 0: any. */
  emulatorPort?: number
  /** Default: the emulator. */
  target?: ForageTarget
  /** The shop with reload, instead of the one that `buildShop` made. Default: false. */
  isDev?: boolean
  /**
   * Several instances of the backend that take turns, each with its own connection to what they share. Default: one
   * instance with its tokens in memory.
   */
  instances?: readonly Pick<ForageServerOptions, 'store' | 'clock'>[]
  /** Hears what happens to the backend's tokens. */
  onForageEvent?: ForageServerListener
}

export interface RunningCheckout {
  /** Origin of the shop and of the merchant's backend. */
  url: string
  /** Undefined with a real target. */
  emulator: RunningEmulator | undefined
  close(): Promise<void>
}

/** Emulator (unless there is a real target), merchant backend and shop. Throws `StartError` if a port is taken. */
export async function startCheckout(options: CheckoutOptions): Promise<RunningCheckout> {
  const { target = { kind: 'emulator' }, isDev = false } = options
  const emulator = target.kind === 'emulator' ? await startLocalEmulator(options.emulatorPort) : undefined
  const closers: (() => Promise<unknown>)[] = emulator ? [() => emulator.close()] : []
  const close = async (): Promise<void> => void (await Promise.all(closers.map((closer) => closer())))
  try {
    const real = target.kind === 'real' ? target : asTarget(emulator!)
    const shared = {
      config: shopConfig(real, emulator),
      cookieKey: randomUUID(),
      checkouts: createCheckoutStore(),
      control: emulator?.emulator.control,
    }
    const backends = (options.instances ?? [{}]).map((instance) => {
      const forage = createBackendClient(real, instance, options.onForageEvent)
      closers.push(() => forage.close())
      return createMerchantApp({ ...shared, forage })
    })
    const { server, closeShop } = isDev ? await devShop(backends) : builtShop(backends)
    closers.push(closeShop)
    const listening = await listen(server, options.port)
    closers.push(() => listening.close())
    return { url: listening.url, emulator, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The emulator as the backend sees it: one more API with addresses and credentials. */
function asTarget({ emulator, url, vaultUrl }: RunningEmulator): RealTarget {
  const { clientId, clientSecret, merchants } = emulator
  return {
    kind: 'real',
    environment: 'sandbox',
    apiUrl: url,
    vaultUrl,
    sdkUrl: `${url}/sdk/forage.js`,
    credentials: { clientId, clientSecret },
    merchantAccount: `mid/${merchants[0]!.id}`,
  }
}

function createBackendClient(
  { apiUrl, credentials }: RealTarget,
  instance: Pick<ForageServerOptions, 'store' | 'clock'>,
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
    testCard: emulator ? testCards[0]!.number : null,
  }
}

interface ShopServer {
  server: Server
  closeShop(): Promise<void>
}

/** As a load balancer would: the next request goes to the next instance. */
function inTurn(backends: readonly Hono[]): Hono['fetch'] {
  let turn = 0
  return (...request) => backends[turn++ % backends.length]!.fetch(...request)
}

function builtShop(backends: readonly Hono[]): ShopServer {
  for (const backend of backends) backend.use('*', serveStatic({ root: shopFiles }))
  // `overrideGlobalObjects` would replace the whole process's Request and Response.
  const server = createAdaptorServer({ fetch: inTurn(backends), overrideGlobalObjects: false }) as Server
  return { server, closeShop: async () => {} }
}

/** Vite answers what the backend does not know. */
async function devShop(backends: readonly Hono[]): Promise<ShopServer> {
  const server = createServer()
  const vite = await startShopDevServer(server)
  const backend = getRequestListener(inTurn(backends), { overrideGlobalObjects: false })
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/api/')) void backend(request, response)
    else vite.middlewares(request, response)
  })
  return { server, closeShop: () => vite.close() }
}
