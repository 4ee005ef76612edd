import type { Browser } from 'playwright'

import { availableEngines, chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'
import type { BrowserTab } from '../forage-js/browser-tab.ts'

/** Opens a tab of a browser that Playwright drives. */
async function openPlaywrightTab(browser: Browser): Promise<BrowserTab> {
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  const asFunction = (body: string): string => `(async () => { ${body} })()`
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (body) => page.evaluate(asFunction(body)),
    async evaluateInFrame(containerId, body) {
      const frame = await (await page.waitForSelector(`#${containerId} iframe`)).contentFrame()
      return await frame?.evaluate(asFunction(body))
    },
    clickAt: (x, y) => page.mouse.click(x, y),
    press: (key) => page.keyboard.press(key),
  }
}

/** A browser with one tab. */
export interface OpenedBrowser extends AsyncDisposable {
  openTab(): Promise<BrowserTab>
}

/** Returns a browser that starts at the first tab. */
export function browserOf(launch: () => Promise<Browser>): OpenedBrowser {
  let browser: Promise<Browser> | undefined
  let tab: Promise<BrowserTab> | undefined
  const open = async (): Promise<BrowserTab> => await openPlaywrightTab(await (browser ??= launch()))
  return {
    openTab: () => (tab ??= open()),
    [Symbol.asyncDispose]: async () => await (await browser)?.close(),
  }
}

/** Returns Chromium, or undefined if this machine has none. */
export function chromiumIfPresent(): OpenedBrowser | undefined {
  if (!availableEngines().has('chromium')) return undefined
  return browserOf(async () => {
    // Playwright is large, and not every run opens a tab.
    const { chromium } = await import('playwright')
    return await chromium.launch(chromiumLaunch)
  })
}
