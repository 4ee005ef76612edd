import { readdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'

import type { InlineConfig, ViteDevServer } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** On demand: a backend whose shop is built starts without it, in a fifth of the time. */
const vite = (): Promise<typeof import('vite')> => import('vite')

/** Where the built shop lies. */
export const shopFiles: string = path('../dist')

const config: InlineConfig = {
  // Says how the packages resolve to their sources.
  configFile: path('../../../vite.config.ts'),
  root: path('../shop'),
  cacheDir: path('../node_modules/.vite'),
  logLevel: 'warn',
}

const htmlFiles = readdirSync(path('../shop')).filter((name) => name.endsWith('.html'))

/** The file of a page (`store.html` is at `/store`, an order is the shop's page), or the address as it is. */
export function pageAt(address: string): string {
  if (/^\/orders\/[^/]+\/?$/.test(address)) return '/index.html'
  const file = `${address.slice(1)}.html`
  return htmlFiles.includes(file) ? `/${file}` : address
}

/** How the shop is built into `outDir`. */
export function shopBuild(outDir: string): InlineConfig {
  const input = htmlFiles.map((file) => path(`../shop/${file}`))
  return {
    ...config,
    // What a customer would get, whatever this process is itself.
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir,
      emptyOutDir: true,
      reportCompressedSize: false,
      assetsInlineLimit: 0,
      rolldownOptions: { input },
    },
  }
}

/** A second's work, done at each start so that nobody has to remember it. */
export async function buildShop(): Promise<void> {
  const { build } = await vite()
  await build(shopBuild(shopFiles))
}

/** The shop with reload, for those who work on it. Its WebSocket goes through `server`. */
export async function startShopDevServer(server: Server): Promise<ViteDevServer> {
  const { createServer } = await vite()
  return await createServer({ ...config, appType: 'spa', server: { middlewareMode: true, ws: { server } } })
}
