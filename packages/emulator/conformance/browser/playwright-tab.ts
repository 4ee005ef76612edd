import type { Browser } from 'playwright'

import { availableEngines, chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'
import type { BrowserTab } from '../forage-js/browser-tab.ts'

/** Opens a tab of a browser that Playwright drives. */
export async function openPlaywrightTab(browser: Browser): Promise<BrowserTab> {
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
    [Symbol.asyncDispose]: () => page.close(),
  }
}

export interface OpenedBrowser extends AsyncDisposable {
  openTab(): Promise<BrowserTab>
}

/** Starts Chromium at the first tab. Returns undefined if this machine has no Chromium. */
export function chromiumIfPresent(): OpenedBrowser | undefined {
  if (!availableEngines().has('chromium')) return undefined
  let browser: Promise<Browser> | undefined
  const launch = async (): Promise<Browser> => {
    // Playwright is large, and not every run opens a tab.
    const { chromium } = await import('playwright')
    return await chromium.launch(chromiumLaunch)
  }
  return {
    openTab: async () => await openPlaywrightTab(await (browser ??= launch())),
    [Symbol.asyncDispose]: async () => await (await browser)?.close(),
  }
}
