import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'

import { createAdaptorServer, getRequestListener } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono } from 'hono'

import { pageAt, shopFiles, startShopDevServer } from './shop-build.ts'

/** The backend's instances and the shop's files behind one port. */
export interface ShopServer {
  server: Server
  closeShop(): Promise<void>
}

export function shopServer(backends: readonly Hono[], { isDev }: { isDev: boolean }): Promise<ShopServer> {
  return isDev ? devShop(backends) : builtShop(backends)
}

/** As a load balancer would: the next request goes to the next instance. */
function inTurn(backends: readonly Hono[]): Hono['fetch'] {
  let turn = 0
  return (...request) => backends[turn++ % backends.length]!.fetch(...request)
}

async function builtShop(backends: readonly Hono[]): Promise<ShopServer> {
  // Without its pages it is a backend still.
  const files = existsSync(shopFiles)
    ? serveStatic({ root: shopFiles, rewriteRequestPath: pageAt })
    : undefined
  for (const backend of backends) if (files) backend.use('*', files)
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
    if (/^\/(api|healthz)(\/|$)/.test(request.url ?? '')) void backend(request, response)
    else {
      const [address = '/', search] = (request.url ?? '/').split('?')
      request.url = search === undefined ? pageAt(address) : `${pageAt(address)}?${search}`
      vite.middlewares(request, response)
    }
  })
  return { server, closeShop: () => vite.close() }
}
