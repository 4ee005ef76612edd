// Takes the pictures of an expiry in the middle of a payment: the shop with the devtools, which log the 401, the one
// token request and the request that is sent again. Run it with `pnpm docs:pictures`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium, expect, type Browser, type Page } from '@playwright/test'

import { chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'
import { startCheckout } from '../../src/checkout-app.ts'
import { milk, startAtPin } from '../support/checkout-path.ts'
import { pageCustomer } from '../support/page-customer.ts'

const images = fileURLToPath(new URL('../../../../docs/images', import.meta.url))

interface Format {
  name: string
  width: number
  height: number
  /** The height of the devtools, so that the whole log is in the picture. */
  devtoolsHeight: number
}

const formats: Format[] = [
  { name: 'expiry', width: 1120, height: 920, devtoolsHeight: 410 },
  { name: 'expiry-narrow', width: 420, height: 1000, devtoolsHeight: 720 },
]

/** Opens the devtools with an empty log. Their height is what a developer has dragged them to. */
async function openDevtools(page: Page, { devtoolsHeight }: Format): Promise<void> {
  await page.getByRole('button', { name: 'Open Forage session devtools' }).click()
  const panel = page.getByRole('region', { name: 'Forage session devtools' })
  const edge = panel.getByRole('separator')
  await edge.focus()
  const height = async (): Promise<number> => (await panel.boundingBox())?.height ?? 0
  for (let last = 0; (await height()) < devtoolsHeight && last !== (await height());) {
    last = await height()
    await page.keyboard.press('ArrowUp')
  }
  await panel.getByRole('button', { name: 'Clear log' }).click()
}

async function expireDuringPayment(page: Page, url: string, format: Format): Promise<void> {
  const customer = pageCustomer(page, url)
  await startAtPin(customer, milk)
  await openDevtools(page, format)
  // The devtools cover the end of the page, so leave room to scroll it above them.
  await page.addStyleTag({ content: `body { padding-bottom: ${format.devtoolsHeight}px }` })
  await scrollAboveDevtools(page, '.demo')
  await customer.press('Expire the session token now')
  await customer.sees('The payment continues.')
  await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('Sent again')
}

/** Scrolls until the end of an element is just above the devtools. */
async function scrollAboveDevtools(page: Page, selector: string): Promise<void> {
  const element = await page.locator(selector).boundingBox()
  const panel = await page.getByRole('region', { name: 'Forage session devtools' }).boundingBox()
  if (!element || !panel) throw new Error(`The page shows no ${selector}, or no devtools.`)
  const by = element.y + element.height + 12 - panel.y
  await page.evaluate((top) => scrollBy({ top, behavior: 'instant' }), by)
}

async function takePicture(browser: Browser, format: Format, colorScheme: 'light' | 'dark'): Promise<void> {
  // Each picture has its own shop, so that no picture shows what an earlier one left behind.
  const shop = await startCheckout({ port: 0, emulatorPort: 0, isDev: true })
  const { name, width, height } = format
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  })
  try {
    await expireDuringPayment(page, shop.url, format)
    await scrollAboveDevtools(page, '.demo-outcome')
    await page.screenshot({ path: join(images, `${name}-${colorScheme}.png`), animations: 'disabled' })
  } finally {
    await page.close()
    await shop.close()
  }
}

mkdirSync(images, { recursive: true })
const browser = await chromium.launch(chromiumLaunch)
try {
  for (const format of formats) {
    await takePicture(browser, format, 'light')
    await takePicture(browser, format, 'dark')
  }
} finally {
  await browser.close()
}
