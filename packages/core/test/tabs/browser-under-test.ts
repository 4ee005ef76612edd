import { chromium, firefox, type BrowserContext, type Page } from 'playwright'

import { chromiumLaunch, firefoxLaunch, type Engine } from '../../../../scripts/toolchain/browsers.ts'
import { WebKit } from '../../../../scripts/toolchain/webkit.ts'

/** A tab of a real browser. */
export interface Tab {
  /** Runs the body of an async function in the page and returns its result. */
  evaluate(body: string): Promise<unknown>
  goto(url: string): Promise<void>
  close(): Promise<void>
  /** Undefined if this browser has no command that freezes a tab. */
  readonly freeze: (() => Promise<void>) | undefined
}

/** A browser with one customer's tabs, which share everything that pages of one origin share. */
export interface BrowserUnderTest extends AsyncDisposable {
  /** Opens one tab after the other, because Firefox and WebKit lose track otherwise. */
  open(url: string): Promise<Tab>
}

export async function launch(engine: Engine): Promise<BrowserUnderTest> {
  if (engine === 'webkit') return webkitUnderTest(await WebKit.launch())
  // Playwright disables the back/forward cache by default, but these tests need it.
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  const browser =
    engine === 'chromium'
      ? await chromium.launch({ ...chromiumLaunch, ignoreDefaultArgs })
      : await firefox.launch(firefoxLaunch)
  const context = await browser.newContext()
  return {
    open: (url) => openPage(context, url),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function openPage(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage()
  await page.goto(url)
  const isChromium = context.browser()?.browserType().name() === 'chromium'
  return {
    evaluate: (body) => page.evaluate(`(async () => { ${body} })()`),
    goto: async (address) => void (await page.goto(address)),
    close: () => page.close(),
    freeze: isChromium ? () => freeze(page) : undefined,
  }
}

async function freeze(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page)
  await client.send('Page.setWebLifecycleState', { state: 'frozen' })
}

/** Selects the tab before each command, because WebDriver sends commands to one tab at a time. */
function webkitUnderTest(webkit: WebKit): BrowserUnderTest {
  let first: unknown
  return {
    async open(url) {
      const handle =
        first === undefined ? await webkit.command('GET', '/window') : await newWebkitTab(webkit, first)
      first ??= handle
      const focused = async <T>(command: () => Promise<T>): Promise<T> => {
        await webkit.command('POST', '/window', { handle })
        return await command()
      }
      await focused(() => webkit.goto(url))
      return {
        evaluate: (body) => focused(() => webkit.evaluate(body)),
        goto: (address) => focused(() => webkit.goto(address)),
        close: async () => void (await focused(() => webkit.command('DELETE', '/window'))),
        freeze: undefined,
      }
    },
    [Symbol.asyncDispose]: () => webkit[Symbol.asyncDispose](),
  }
}

/** Opens a tab from a tab that exists, because the tab of the last command may be closed. */
async function newWebkitTab(webkit: WebKit, from: unknown): Promise<unknown> {
  await webkit.command('POST', '/window', { handle: from })
  const { handle } = (await webkit.command('POST', '/window/new', { type: 'tab' })) as { handle: unknown }
  return handle
}
