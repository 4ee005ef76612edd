import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, type Page } from '@playwright/test'
import { build } from 'vite'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { startCheckout } from '../../src/checkout-app.ts'
import { expectAccessible } from '../support/axe.ts'
import { goToCard } from '../support/checkout-path.ts'
import { pageCustomer } from '../support/page-customer.ts'
import { test } from '../support/shop-test.ts'
import { axeTags } from '../support/test-tags.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const origin = 'https://shop.example'
/** Allows no inline code, no other origin and no connection. `img-src` is for the icon that each browser requests. */
const policy = "default-src 'none'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

let folder: string

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'devtools-page-'))
  await build({
    configFile: path('../../../../vite.config.ts'),
    root: path('../../../../packages/react/test/devtools-page'),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir: folder, reportCompressedSize: false },
  })
})
test.afterAll(() => rmSync(folder, { recursive: true }))

/** Opens the built page with the devtools under the strictest policy. Returns the page's errors. */
async function openPage(page: Page): Promise<string[]> {
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.route(`${origin}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.replace(/\/$/, '/index.html')
    const body = await readFile(join(folder, name)).catch(() => undefined)
    if (!body) return route.fulfill({ status: 204 })
    const contentType = types[extname(name)] ?? 'text/plain'
    return route.fulfill({ body, contentType, headers: { 'Content-Security-Policy': policy } })
  })
  await page.goto(`${origin}/`)
  await page.getByRole('button', { name: 'Pay' }).click()
  await expect(page.getByText('paid', { exact: true })).toBeVisible()
  return problems
}

async function openPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open Forage session devtools' }).click()
}

test('under the strictest Content-Security-Policy, the devtools have their styles and violate no rule', async ({
  page,
}) => {
  const problems = await openPage(page)
  await expect(page.locator('.pill')).toHaveCSS('position', 'fixed')
  await openPanel(page)
  await page.getByRole('button', { name: 'Expire now' }).click()
  await page.getByRole('button', { name: 'Pay' }).click()
  await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('Sent again')
  expect(problems).toEqual([])
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1440]) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test(
        `closed, open and failed devtools have no accessibility problem (${width} px, ${colorScheme})`,
        { tag: axeTags(width, colorScheme) },
        async ({ page }) => {
          await openPage(page)
          await expectAccessible(page)
          await openPanel(page)
          await page.getByRole('listbox').getByRole('option').first().click()
          await expectAccessible(page)
          await page.getByRole('button', { name: 'Drop token' }).click()
          await page.getByRole('button', { name: 'Fail next renewal' }).click()
          await page.getByRole('button', { name: 'Renew', exact: true }).click()
          await expect(page.getByText('Check the log of the backend.')).toBeVisible()
          await expectAccessible(page)
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
          await page.keyboard.press('Escape')
          await expectAccessible(page)
        },
      )
    })
  }
}

test('the devtools show everything without colors and motion', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  await openPage(page)
  await openPanel(page)
  await expect(page.getByRole('region', { name: 'Forage session devtools' })).toContainText('fresh')
})

test('the shop in development has the devtools, and their buttons control the emulator', async ({ page }) => {
  // The build above sets `production` in this process.
  process.env['NODE_ENV'] = 'development'
  const shop = await startCheckout({ port: 0, emulatorPort: 0, isDev: true })
  try {
    await goToCard(pageCustomer(page, shop.url))
    await openPanel(page)
    const region = page.getByRole('region', { name: 'Forage session devtools' })
    await expect(region).toContainText('Token received')
    const answer = page.waitForResponse(/\/_emulator\/expire$/)
    await region.getByRole('button', { name: 'Expire now' }).click()
    expect((await answer).ok()).toBe(true)
    await expect(region.getByRole('option').first()).toContainText('Expire now')
    expect(shop.emulator?.emulator.control.expireSessionTokens()).toBe(0)
  } finally {
    await shop.close()
  }
})
