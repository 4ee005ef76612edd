import { expect } from '@playwright/test'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { card, goToCard } from '../support/checkout-path.ts'
import { test } from '../support/shop-test.ts'

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

test('a new step moves the focus to its heading and changes the title', async ({ page, customer }) => {
  await goToCard(customer)
  await expect(page.getByRole('heading', { name: 'Your EBT card' })).toBeFocused()
  await expect(page).toHaveTitle('Your EBT card · Harvest Lane Market')
  await customer.press('Back to cart')
  await expect(page.getByRole('heading', { name: 'Your cart' })).toBeFocused()
})

test('after the token of a typed card number was refused, the customer types into the new frame at once', async ({
  page,
  customer,
  shop,
}) => {
  await goToCard(customer)
  await customer.type('EBT card number', card)
  shop.emulator!.emulator.control.expireSessionTokens()
  await customer.press('Continue to balance')
  await customer.sees('Nothing was charged. Please enter your card number again.')
  const input = page.frameLocator('.secure-box iframe').getByLabel('EBT card number')
  // WebKit gives the focus to a new frame but not to its input, so this is no story for all browsers.
  await expect(input).toBeFocused()
  await expect(input).toHaveValue('')
  await page.keyboard.type(card)
  await page.keyboard.press('Enter')
  await customer.sees('Check your balance')
})

test('a quantity button that reaches its limit keeps the focus', async ({ page, customer }) => {
  await customer.open()
  const less = page.getByRole('button', { name: 'One less: Whole milk' })
  await less.press('Enter')
  await expect(less).toBeDisabled()
  await expect(less).toBeFocused()
  await less.press('Enter')
  await expect(page.getByLabel('0 of Whole milk')).toBeVisible()
})

test('on a small phone nothing overflows and every button is at least 44 px high', async ({
  page,
  customer,
}) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await goToCard(customer)
  await customer.type('EBT card number', card)
  expect(await customer.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  const small = await page
    .getByRole('button')
    .evaluateAll((buttons) => buttons.filter((button) => button.getBoundingClientRect().height < 44).length)
  expect(small).toBe(0)
})
