import { fileURLToPath } from 'node:url'

import { chromium, type Browser } from 'playwright'

import { chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'
import { bundle } from '../bundle.ts'
import type { Timed } from './cached-get.ts'

/** Runs `cachedGet` on a page in Chromium. Returns undefined if Chromium is not installed. */
export async function cachedGetInChromium(): Promise<Timed | undefined> {
  return await timedInChromium('cached-get-in-browser.ts', 'cachedGet()')
}

/** Runs `firstToken` on a page in Chromium. Returns undefined if Chromium is not installed. */
export async function firstTokenInChromium(): Promise<Timed | undefined> {
  return await timedInChromium('first-token-in-browser.ts', 'firstToken()')
}

/** Tabs share only on a page with an origin. */
const shop = 'https://shop.example/'

async function timedInChromium(file: string, expression: string): Promise<Timed | undefined> {
  const browser = await launched()
  if (!browser) return undefined
  try {
    const page = await browser.newPage()
    await page.route(`${shop}**`, async (route) => {
      const isToken = route.request().url().endsWith('/token')
      await route.fulfill(
        isToken
          ? { json: { token: 'sandbox_token', expires_in: 900 } }
          : { contentType: 'text/html', body: '' },
      )
    })
    await page.goto(shop)
    const entry = fileURLToPath(new URL(file, import.meta.url))
    await page.addScriptTag({ content: await bundle(`import ${JSON.stringify(entry)}`, { format: 'iife' }) })
    return await page.evaluate<Timed>(expression)
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
