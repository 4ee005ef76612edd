import { readdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'

import type { InlineConfig, ViteDevServer } from 'vite'

const absolute = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Imports Vite only when needed, because a backend with a built shop starts five times faster without it. */
const vite = (): Promise<typeof import('vite')> => import('vite')

/** The folder of the built shop. */
export const shopFiles: string = absolute('../dist')

const config: InlineConfig = {
  // This configuration resolves the packages to their sources.
  configFile: absolute('../../../vite.config.ts'),
  root: absolute('../shop'),
  cacheDir: absolute('../node_modules/.vite'),
  logLevel: 'warn',
}

const htmlFiles = readdirSync(absolute('../shop')).filter((name) => name.endsWith('.html'))

/** Returns the file for a path (`/store.html` for `/store`, `/index.html` for each step of an order), or the unchanged path. */
export function pageAt(path: string): string {
  if (/^\/orders\/[^/]+(?:\/[\w-]+)?\/?$/.test(path)) return '/index.html'
  const file = `${path.slice(1)}.html`
  return htmlFiles.includes(file) ? `/${file}` : path
}

/** Returns the Vite configuration that builds the shop into `outDir`. */
export function shopBuild(outDir: string): InlineConfig {
  const input = htmlFiles.map((file) => absolute(`../shop/${file}`))
  return {
    ...config,
    // Customers get the production build, whatever the mode of this process is.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { development: false } },
    build: {
      outDir,
      emptyOutDir: true,
      reportCompressedSize: false,
      // Every browser that the shop supports preloads modules.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // On a slow machine, a note about the plugins' time would be the first thing that a newcomer reads.
      rolldownOptions: { input, checks: { pluginTimings: false } },
    },
  }
}

/** Builds the shop. It takes a second and runs at each start, so that the shop is never out of date. */
export async function buildShop(): Promise<void> {
  const { build } = await vite()
  await build(shopBuild(shopFiles))
}

/** Starts the shop with reload, for development. Its WebSocket uses `server`. */
export async function startShopDevServer(server: Server): Promise<ViteDevServer> {
  const { createServer } = await vite()
  return await createServer({ ...config, appType: 'spa', server: { middlewareMode: true, ws: { server } } })
}
