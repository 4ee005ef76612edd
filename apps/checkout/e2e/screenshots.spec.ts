import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { card, pin } from './checkout-path.ts'
import { test } from './shop-test.ts'

const folder = fileURLToPath(new URL('./__screenshots__', import.meta.url))

for (const width of [360, 1440]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height: 800 }, colorScheme })

      test('every step of a checkout', async ({ page, customer, browserName }) => {
        let count = 0
        const picture = async (name: string): Promise<void> => {
          count += 1
          await settle(page)
          const path = `${folder}/${browserName}-${width}-${colorScheme}-${count}-${name}.png`
          await page.screenshot({ path, fullPage: true })
        }
        await customer.open()
        await customer.sees('Your cart')
        await picture('cart')
        await customer.press('Check out')
        await customer.sees('Sign in')
        await picture('sign-in')
        await customer.press('Maria Lopez')
        await customer.sees('EBT card number')
        await picture('card')
        await customer.type('EBT card number', card.slice(1))
        await customer.press('Continue to balance')
        await customer.sees('Something is missing')
        await picture('card-incomplete')
        await customer.press('Back to cart')
        await customer.press('Check out')
        await customer.type('EBT card number', card)
        await customer.press('Continue to balance')
        await customer.type('EBT card PIN', pin)
        await picture('balance-pin')
        await customer.press('Show my balance')
        await customer.sees('$1,000.00')
        await picture('balance')
        await customer.press('Continue to payment')
        await customer.type('EBT card PIN', pin)
        await customer.press('Expire the session token now')
        await customer.sees('Expired:')
        await customer.press('Pay $18.73')
        await customer.sees('Please enter your PIN again.')
        await picture('pin-again')
        await customer.type('EBT card PIN', pin)
        await customer.press('Pay $18.73')
        await customer.sees('Reference')
        await picture('receipt')
      })
    })
  }
}

/** Frames are loaded and the last transition is over. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.secure-box.loading'))
  await page.waitForTimeout(200)
}
