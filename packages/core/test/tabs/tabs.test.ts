import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { availableEngines, engines } from '../../../../scripts/toolchain/browsers.ts'
import { launch, type BrowserUnderTest, type Tab } from './browser-under-test.ts'
import { BuiltPackage } from './built-package.ts'
import { Site, type Report } from './site.ts'

/** The longest delay that sharing may add if another tab does not answer. */
const boundMs = 1050
/** The time for a token request on a busy machine. */
const marginMs = 1000

let built: BuiltPackage
let site: Site

beforeAll(async () => {
  built = await BuiltPackage.build()
  site = await Site.open(built.folder)
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  built[Symbol.dispose]()
})

/** Tells tabs to request a token, or to begin another checkout. The sending tab receives the message as well. */
async function command(by: Tab, checkout: string, who: number | 'all' | `checkout-${string}`): Promise<void> {
  const channel = JSON.stringify(`commands ${checkout}`)
  await by.evaluate(`new BroadcastChannel(${channel}).postMessage(${JSON.stringify(String(who))})`)
}

async function tokenOf(checkout: string, tab: number, count = 1): Promise<Report> {
  const reports = await site.reports(checkout, 'token', count)
  return reports.find((report) => report.tab === String(tab))!
}

async function closeAll(tabs: readonly Tab[]): Promise<void> {
  for (const tab of tabs) await tab.close()
}

describe.each(engines)('tabs of one checkout in %s', (engine) => {
  const isHere = availableEngines().has(engine)
  let browser: BrowserUnderTest
  let anchor: Tab
  beforeAll(async () => {
    if (!isHere) return
    browser = await launch(engine)
    // This tab stays open, because WebKit opens the others from it.
    anchor = await browser.open(site.page('other', 'none'))
  })
  afterAll(async () => {
    if (isHere) await browser[Symbol.asyncDispose]()
  })

  async function openTabs(checkout: string, count: number): Promise<Tab[]> {
    const tabs: Tab[] = []
    for (let tab = 0; tab < count; tab += 1) tabs.push(await browser.open(site.page('tab', checkout, tab)))
    await site.reports(checkout, 'ready', count)
    return tabs
  }

  test.skipIf(!isHere)(
    'sixteen tabs that start at the same time make one or two token requests',
    // Sixteen pages of WebKitGTK take half a minute to open while other browsers run.
    { timeout: 150_000 },
    async () => {
      const checkout = `sixteen-${engine}`
      const tabs = await openTabs(checkout, 16)
      const requests: number[] = []
      // On a busy machine a tab may not run in time, hears nothing and requests its own token: up to five checkouts.
      while (requests.length < 5 && !requests.some((count) => count <= 2)) {
        const next = `checkout-${engine}-${requests.length}` as const
        await command(anchor, checkout, next)
        await command(anchor, checkout, 'all')
        await site.reports(checkout, 'token', 16 * (requests.length + 1))
        requests.push(site.tokenRequests(next))
      }
      await closeAll(tabs)
      const errors = site.arrived(checkout, 'token').filter(({ error }) => error !== undefined)
      expect(errors).toEqual([])
      expect(Math.min(...requests)).toBeOneOf([1, 2])
    },
  )

  test.skipIf(!isHere)('a tab that opens later takes the token of another tab', async () => {
    const checkout = `later-${engine}`
    const tabs = await openTabs(checkout, 1)
    await command(anchor, checkout, 0)
    const first = await tokenOf(checkout, 0)
    tabs.push(await browser.open(site.page('tab', checkout, 1)))
    await site.reports(checkout, 'ready', 2)
    await command(anchor, checkout, 1)
    const second = await tokenOf(checkout, 1, 2)
    await closeAll(tabs)
    expect(second.token).toBe(first.token)
    expect(site.tokenRequests(checkout)).toBe(1)
  })

  // Only Chromium has a command that freezes a tab.
  const ends = engine === 'chromium' ? (['closed', 'frozen'] as const) : (['closed'] as const)
  test.skipIf(!isHere).each(ends)(
    'a tab that is %s during its token request delays no other tab beyond the limit',
    async (end) => {
      const checkout = `hang-${end}-${engine}`
      const [stuck, other] = (await openTabs(checkout, 2)) as [Tab, Tab]
      await command(anchor, checkout, 0)
      await site.requested(checkout)
      await command(anchor, checkout, 1)
      await (end === 'closed' ? stuck.close() : stuck.freeze?.())
      const { token, ms } = await tokenOf(checkout, 1)
      await closeAll(end === 'closed' ? [other] : [stuck, other])
      expect(token).toBe(`sandbox_${checkout}-2`)
      expect(ms).toBeLessThan(boundMs + marginMs)
    },
  )

  test.skipIf(!isHere)(
    'a page stays in the back/forward cache, and takes the token of another tab when it comes back',
    async () => {
      const checkout = `back-${engine}`
      const [tab] = (await openTabs(checkout, 1)) as [Tab]
      await command(anchor, checkout, 0)
      await tokenOf(checkout, 0)
      await tab.goto(site.page('other', checkout))
      // The other tab posts messages and holds its lock while the page is in the cache.
      const other = await browser.open(site.page('tab', checkout, 1))
      await site.reports(checkout, 'shown', 2)
      await command(anchor, checkout, 1)
      await site.reports(checkout, 'token', 2)
      await tab.evaluate('setTimeout(() => history.back())')
      const [, , shown] = await site.reports(checkout, 'shown', 3)
      await command(anchor, checkout, 0)
      const reports = await site.reports(checkout, 'token', 3)
      await closeAll([tab, other])
      expect(shown?.persisted).toBe(true)
      expect(reports.map(({ token }) => token)).toEqual(
        [1, 2, 2].map((count) => `sandbox_${checkout}-${count}`),
      )
    },
  )

  // In Firefox a lock would keep the page out of the back/forward cache, so nothing shows that a page is alone.
  const longestMs = engine === 'firefox' ? 60 : 5
  test.skipIf(!isHere)(`a page that is alone waits at most ${longestMs} ms`, { retry: 2 }, async () => {
    const tab = await browser.open(site.page('alone', 'alone'))
    const shared = await tab.evaluate(`return await firstRequestMs('token')`)
    const unshared = await tab.evaluate(`return await firstRequestMs('off')`)
    await tab.close()
    expect((shared as number) - (unshared as number)).toBeLessThanOrEqual(longestMs)
  })
})
