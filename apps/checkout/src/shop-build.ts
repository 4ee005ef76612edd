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

/** The files that are pages, by the addresses at which they are found. */
export const pages: readonly (readonly [address: RegExp, file: string])[] = [
  // The shop reads the rest of the address.
  [/^\/orders\/[^/]+\/?$/, 'index.html'],
  [/^\/store\/?$/, 'store.html'],
  [/^\/control\/?$/, 'control.html'],
]

/** How the shop is built into `outDir`. */
export function shopBuild(outDir: string): InlineConfig {
  const input = ['index.html', 'store.html', 'control.html'].map((file) => path(`../shop/${file}`))
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
