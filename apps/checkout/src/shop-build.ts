import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'

import type { InlineConfig, Plugin, ViteDevServer } from 'vite'

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

/** Returns the Vite configuration that builds one page into `outDir`. */
function pageBuild(page: string, outDir: string): InlineConfig {
  return {
    ...config,
    // Customers get the production build, whatever the mode of this process is.
    define: {
      'process.env.NODE_ENV': '"production"',
      // Leaves out Vite's preloading: only the demo's bar is loaded later, and it needs no other script and no style.
      __VITE_IS_MODERN__: 'false',
      // Leaves out React's connection to its DevTools, because no extension needs to read a customer's payment.
      __REACT_DEVTOOLS_GLOBAL_HOOK__: 'undefined',
    },
    oxc: { jsx: { development: false } },
    build: {
      outDir,
      emptyOutDir: false,
      reportCompressedSize: false,
      // Every browser that the shop supports preloads modules.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: absolute(`../shop/${page}`),
        // On a slow machine, a note about the plugins' time would be the first thing that a newcomer reads.
        checks: { pluginTimings: false },
      },
    },
  }
}

/**
 * Builds the shop into `outDir`. It takes two seconds and runs at each start, so that the shop is never out of date. Each
 * page is a separate build, because a customer would load more bytes if pages shared scripts.
 */
export async function buildShop(outDir: string = shopFiles, plugins: Plugin[] = []): Promise<void> {
  const { build } = await vite()
  await rm(outDir, { recursive: true, force: true })
  for (const page of htmlFiles) await build({ ...pageBuild(page, outDir), plugins })
}

/** Starts the shop with reload, for development. Its WebSocket uses `server`. */
export async function startShopDevServer(server: Server): Promise<ViteDevServer> {
  const { createServer } = await vite()
  return await createServer({ ...config, appType: 'spa', server: { middlewareMode: true, ws: { server } } })
}
