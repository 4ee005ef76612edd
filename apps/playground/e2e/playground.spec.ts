import { expect } from '@playwright/test'

import { expectAccessible } from '../../checkout/e2e/support/axe.ts'
import { test } from './playground-test.ts'
import { defineStories } from './stories.ts'

defineStories(test)

for (const [width, colorScheme] of [
  [360, 'dark'],
  [1440, 'light'],
] as const) {
  test(`the page is accessible and not wider than its window of ${width} px, ${colorScheme} @axe`, async ({
    page,
    visitor,
  }) => {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press('Expire the token now')
    await visitor.sees('1 sent again')
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  })
}

test('a browser without a network still sends the requests of the page', async ({ page, visitor }) => {
  await visitor.sees('EBT SNAP $1000.00')
  await page.context().setOffline(true)
  await visitor.press('Expire the token now')
  await visitor.sees('1 sent again')
})
