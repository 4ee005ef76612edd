import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'

import { createAdaptorServer, getRequestListener } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono } from 'hono'

import { isLoopbackHost } from './merchant/http/loopback-only.ts'
import { pageAt, shopFiles, startShopDevServer } from './shop-build.ts'

/** A server that answers for the backend's instances and the shop's files on one port. */
export interface ShopServer {
  server: Server
  closeShop(): Promise<void>
}

/** Creates the server, with reload if `isDev` is true. */
export function shopServer(backends: readonly Hono[], { isDev }: { isDev: boolean }): Promise<ShopServer> {
  return isDev ? devShop(backends) : builtShop(backends)
}

/** Sends each request to the next instance, as a load balancer does. */
function inTurn(backends: readonly Hono[]): Hono['fetch'] {
  let turn = 0
  return (...request) => backends[turn++ % backends.length]!.fetch(...request)
}

async function builtShop(backends: readonly Hono[]): Promise<ShopServer> {
  // If the shop is not built, the backend still answers.
  const files = existsSync(shopFiles)
    ? serveStatic({ root: shopFiles, rewriteRequestPath: pageAt })
    : undefined
  for (const backend of backends) if (files) backend.use('*', files)
  // `overrideGlobalObjects: true` would replace Request and Response in the whole process.
  const server = createAdaptorServer({ fetch: inTurn(backends), overrideGlobalObjects: false }) as Server
  return { server, closeShop: async () => {} }
}

/**
 * Serves the backend's paths from the backend and all others from Vite. Vite serves `shop/` at the root, so that folder
 * must not have a subfolder `api`.
 */
async function devShop(backends: readonly Hono[]): Promise<ShopServer> {
  const server = createServer()
  const vite = await startShopDevServer(server)
  const backend = getRequestListener(inTurn(backends), { overrideGlobalObjects: false })
  server.on('request', (request, response) => {
    if (!isLoopbackHost(request.headers.host)) response.writeHead(421).end()
    else if (/^\/(api|healthz)(\/|$)/.test(request.url ?? '')) void backend(request, response)
    else {
      const [path = '/', search] = (request.url ?? '/').split('?')
      request.url = search === undefined ? pageAt(path) : `${pageAt(path)}?${search}`
      vite.middlewares(request, response)
    }
  })
  return { server, closeShop: () => vite.close() }
}
