import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { expectAccessible } from '../support/axe.ts'
import { card, pin } from '../support/checkout-path.ts'
import { test } from '../support/shop-test.ts'

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, { tag: '@axe' }, () => {
    test.use({ colorScheme })
    test.slow()

    test(`axe finds nothing on any step of the checkout (${colorScheme})`, async ({ page, customer }) => {
      await customer.open()
      await customer.sees('Your cart')
      await expectAccessible(page)
      await customer.press('Check out')
      await customer.sees('Sign in')
      await expectAccessible(page)
      await customer.press('Maria Lopez')
      await customer.type('EBT card number', card.slice(1))
      await customer.press('Continue to balance')
      await customer.sees('This card number is not complete')
      await expectAccessible(page)
      await customer.press('Back to cart')
      await customer.press('Check out')
      await customer.type('EBT card number', card)
      await customer.press('Continue to balance')
      await customer.type('EBT card PIN', pin)
      await expectAccessible(page)
      await customer.press('Continue to amounts')
      await customer.sees('$1,000.00')
      await customer.fill('EBT Cash', '20')
      await customer.sees('at most $0.00')
      await expectAccessible(page)
      await customer.fill('EBT Cash', '0')
      await customer.press('Continue to payment')
      await customer.type('EBT card PIN', pin)
      await expectAccessible(page)
      await customer.press('Pay $18.73')
      await customer.sees('Reference')
      await expectAccessible(page)
      await customer.open('/store')
      await customer.press('Sign in as store manager')
      await customer.press('Refund EBT SNAP')
      await expectAccessible(page)
    })
  })
}
