import { fileURLToPath } from 'node:url'

import { chromium, type Browser } from 'playwright'

import { chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'
import { bundle } from '../bundle.ts'
import type { Timed } from './cached-get.ts'

const inBrowser = fileURLToPath(new URL('cached-get-in-browser.ts', import.meta.url))

/** Runs `cachedGet` on a page in Chromium. Returns undefined if Chromium is not installed. */
export async function cachedGetInChromium(): Promise<Timed | undefined> {
  const browser = await launched()
  if (!browser) return undefined
  try {
    const page = await browser.newPage()
    await page.addScriptTag({
      content: await bundle(`import ${JSON.stringify(inBrowser)}`, { format: 'iife' }),
    })
    return await page.evaluate<Timed>('cachedGet()')
  } finally {
    await browser.close()
  }
}

async function launched(): Promise<Browser | undefined> {
  try {
    return await chromium.launch(chromiumLaunch)
  } catch {
    return undefined
  }
}
