import { join } from 'node:path'

import { build } from 'vite'

import { siteFolder } from './static-site.ts'

/** Builds the page once for all stories. Its addresses are relative, so that it works below any path. */
export default async function buildSite(): Promise<void> {
  await build({
    configFile: false,
    root: join(import.meta.dirname, '..'),
    base: './',
    logLevel: 'error',
    build: { outDir: siteFolder, emptyOutDir: true, chunkSizeWarningLimit: 1000 },
  })
}
