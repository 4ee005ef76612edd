import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { expectAccessible } from '../support/axe.ts'
import { card, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import { test } from '../support/shop-test.ts'

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, { tag: '@axe' }, () => {
    // The narrow page is dark and the wide one is light, so that each width and each color scheme is checked.
    test.use({ colorScheme, ...(colorScheme === 'dark' && { viewport: { width: 360, height: 740 } }) })
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
      await customer.back()
      await customer.sees('Check it again')
      await expectAccessible(page)
      await customer.press('Continue to amounts')
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
      await customer.fill('Reason', 'Spoiled')
      await customer.press('Refund $18.73 to EBT SNAP')
      await customer.sees('You cannot undo a refund.')
      await expectAccessible(page)
      await customer.press('Yes, refund $18.73')
      await customer.sees('Fully refunded.')
      await expectAccessible(page)
    })

    test(`axe finds nothing after a decline, in a question and in a finished order (${colorScheme})`, async ({
      page,
      customer,
    }) => {
      const id = await startAtPin(customer, mixed, '6777777777771234')
      for (const seen of ['3 tries left', '2 tries left', '1 try left', 'This card is locked']) {
        await customer.type('EBT card PIN', '0000')
        await customer.press('Pay $4.29')
        await customer.sees(seen)
        if (seen !== '2 tries left' && seen !== '1 try left') await expectAccessible(page)
      }
      await customer.press('Use another card')
      await customer.sees('Another EBT card')
      await expectAccessible(page)
      await customer.press('Use a saved card')
      await customer.sees('Card ending in 1234')
      await expectAccessible(page)
      await customer.press('Remove card')
      await customer.sees('Keep the card')
      await expectAccessible(page)
      await customer.press('Keep the card')
      await customer.press('Cancel this order')
      await customer.sees('Keep the order')
      await expectAccessible(page)
      await customer.press('Yes, cancel the order')
      await customer.sees('Your order is canceled')
      await expectAccessible(page)
      await customer.press('Sign out')
      await customer.open(`/orders/${id}`)
      await customer.sees('You are signed out.')
      await expectAccessible(page)
      await startAtPin(customer, mixed, '4444444444444451')
      await customer.type('EBT card PIN', pin)
      await customer.press('Pay $4.29')
      await customer.sees('Your balance is too low')
      await expectAccessible(page)
    })
  })
}
