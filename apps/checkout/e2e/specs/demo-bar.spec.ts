import { expect, type Locator, type Page } from '@playwright/test'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { expectAccessible } from '../support/axe.ts'
import { goToPin, milk, pin, startAtPin } from '../support/checkout-path.ts'
import { test } from '../support/shop-test.ts'
import { axeTags } from '../support/test-tags.ts'

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

const bar = (page: Page): Locator => page.getByRole('region', { name: 'Demo' })

test('the demo’s buttons work with the keyboard, keep the focus and announce their outcome', async ({
  page,
  customer,
}) => {
  await startAtPin(customer, milk)
  const expire = bar(page).getByRole('button', { name: 'Expire the session token now' })
  await expire.focus()
  await page.keyboard.press('Enter')
  await expect(bar(page).getByRole('status')).toContainText('The payment continues.')
  await expect(expire).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(bar(page).getByRole('button', { name: 'Let 15 minutes pass' })).toBeFocused()
  await page.keyboard.press('Space')
  await expect(bar(page).getByRole('status')).toContainText('15 minutes passed')
  await page.keyboard.press('Tab')
  await expect(bar(page).getByRole('link', { name: 'Control room' })).toBeFocused()
})

test('on a phone, the outcome of a button is in view at once', async ({ page, customer }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await startAtPin(customer, milk)
  await customer.type('EBT card PIN', pin)
  await customer.press('Expire the session token now')
  await expect(bar(page).getByRole('status')).toContainText('Nothing was charged.')
  await expect(bar(page).getByRole('status')).toBeInViewport({ ratio: 1 })
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1440]) {
    test.describe(`${width} px, ${colorScheme}`, { tag: axeTags(width, colorScheme) }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test(`a page with the demo’s outcome has no accessibility problem (${width} px, ${colorScheme})`, async ({
        page,
        customer,
      }) => {
        await goToPin(customer)
        await customer.press('Let 15 minutes pass')
        await customer.sees('The payment continues.')
        await expectAccessible(page)
        await customer.type('EBT card PIN', pin)
        await customer.press('Expire the session token now')
        await customer.sees('Nothing was charged.')
        await expectAccessible(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      })
    })
  }
}
