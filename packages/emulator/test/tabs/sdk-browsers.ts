import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { firefox } from 'playwright'
import { afterAll, beforeAll } from 'vitest'

import {
  availableEngines,
  engines,
  firefoxLaunch,
  type Engine,
} from '../../../../scripts/toolchain/browsers.ts'
import { WebKit } from '../../../../scripts/toolchain/webkit.ts'
import { createApi, type Api } from '../../conformance/api.ts'
import { browserOf, chromiumIfPresent, type OpenedBrowser } from '../../conformance/browser/playwright-tab.ts'
import type { BrowserTab } from '../../conformance/forage-js/browser-tab.ts'

/** `npm test` checks the SDK in Chromium, and `pnpm test:e2e` in all three engines. */
export const sdkEngines: readonly Engine[] = process.env['E2E'] === 'all' ? engines : ['chromium']

/** Starts a browser for pages with the SDK. */
export async function launchForSdk(engine: Engine): Promise<OpenedBrowser> {
  if (engine === 'chromium') return chromiumIfPresent() ?? noBrowser()
  if (engine === 'webkit') return webkitForSdk(await WebKit.launch())
  return browserOf(() => firefox.launch(firefoxLaunch))
}

function noBrowser(): never {
  throw new Error('Chromium is not installed.')
}

function webkitForSdk(webkit: WebKit): OpenedBrowser {
  const tab: BrowserTab = {
    goto: (url) => webkit.goto(url),
    evaluate: (body) => webkit.evaluate(body),
    evaluateInFrame: (containerId, body) =>
      webkit.inFrame(`//*[@id="${containerId}"]//iframe`, () => webkit.evaluate(body)),
    clickAt: (x, y) => webkit.clickAt(x, y),
    press: (key) => webkit.press(key),
  }
  return { openTab: async () => tab, [Symbol.asyncDispose]: () => webkit[Symbol.asyncDispose]() }
}

/** Starts an emulator and a browser before the tests of a `describe`, or only says that the browser is missing. */
export function sdkIn(engine: Engine): { readonly isHere: boolean; api(): Api } {
  const isHere = availableEngines().has(engine)
  let browser: OpenedBrowser
  let running: RunningEmulator
  beforeAll(async () => {
    if (!isHere) return
    running = await startEmulator({ port: 0 })
    browser = await launchForSdk(engine)
  })
  afterAll(async () => {
    if (!isHere) return
    await browser[Symbol.asyncDispose]()
    await running.close()
  })
  return { isHere, api: () => apiWithBrowser(running, browser) }
}

/** Returns a client of an emulator, with this browser and this script. Default: the emulator's script. */
export function apiWithBrowser(
  { emulator, url, vaultUrl }: RunningEmulator,
  { openTab }: OpenedBrowser,
  sdkUrl = `${url}/sdk/forage.js`,
): Api {
  const { clientId, clientSecret, merchants } = emulator
  const merchant = merchants[0]?.id ?? ''
  return createApi({ baseUrl: url, vaultUrl, clientId, clientSecret, merchant, openTab, sdkUrl })
}
