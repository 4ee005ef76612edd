import { fileURLToPath } from 'node:url'

import { build, createServer, type InlineConfig, type ViteDevServer } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Where the built shop lies. */
export const shopFiles: string = path('../dist')

const config: InlineConfig = {
  // Says how the packages resolve to their sources.
  configFile: path('../../../vite.config.ts'),
  root: path('../shop'),
  cacheDir: path('../node_modules/.vite'),
  logLevel: 'warn',
}

/** Bundles the shop into `outDir`: a second's work, done at each start so that nobody has to remember it. */
export async function buildShop(outDir: string = shopFiles): Promise<void> {
  await build({
    ...config,
    // What a customer would get, whatever this process is itself.
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir, emptyOutDir: true, reportCompressedSize: false, assetsInlineLimit: 0 },
  })
}

/** The shop with reload, for those who work on it. */
export function startShopDevServer(): Promise<ViteDevServer> {
  return createServer({ ...config, appType: 'spa', server: { middlewareMode: true, ws: false } })
}
