import { expect } from '@playwright/test'

import { card, goToCard, milk, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { thanks } from './story-parts.ts'

const focused = `document.activeElement?.textContent`
const focusedField = `document.activeElement?.labels?.[0].textContent`
const isAsked = `document.querySelector('dialog[open]') !== null`

/** The stories of questions before something that cannot be undone, and of what the customer reads before a charge. */
export function defineConfirmStories(test: ShopTest): void {
  test(
    'a canceled order says before what goes back, and the customer can keep the order',
    everywhere,
    async ({ customer }) => {
      await startAtPin(customer, mixed)
      await customer.press('Cancel this order')
      await customer.sees('Nothing was charged.')
      await expect.poll(() => customer.evaluate(focused)).toBe('Keep the order')
      await customer.press('Keep the order')
      await expect.poll(() => customer.evaluate(isAsked)).toBe(false)
      expect(await customer.evaluate(focused)).toBe('Cancel this order')
      await customer.type('EBT card PIN', pin)
      await customer.press('Pay $4.29 with EBT SNAP')
      await customer.sees('PIN 2 of 2')
      await customer.press('Cancel this order')
      await customer.sees('$4.29 goes back to EBT SNAP')
      await customer.press('Yes, cancel the order')
      await customer.sees('Your order is canceled')
    },
  )

  test('a saved card is removed only after a confirmation', async ({ customer }) => {
    await goToCard(customer)
    await customer.type('EBT card number', card)
    await customer.press('Continue to balance')
    await customer.sees('Check your balance')
    await customer.back()
    await customer.press('Remove card ending in 0001')
    await customer.sees('Your balance, your orders and your refunds do not change.')
    await customer.press('Keep the card')
    await customer.sees('Card ending in 0001')
    await customer.press('Remove card ending in 0001')
    await customer.press('Yes, remove the card')
    await customer.type('EBT card number', card)
  })

  test('the last PIN says everything that it charges', everywhere, async ({ customer }) => {
    await startAtPin(customer, mixed)
    await customer.sees('$4.29 from EBT SNAP.')
    await customer.sees('Next: $3.99 from EBT Cash with another PIN entry, then $10.00 on Visa 4242.')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29 with EBT SNAP')
    await customer.sees('$3.99 from EBT Cash. Then $10.00 on Visa 4242.')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $3.99 with EBT Cash and $10.00 with Visa 4242')
    await customer.sees(thanks)
  })

  test('the store lists quantities with a multiplication sign, and asks before it cancels an order', async ({
    customer,
  }) => {
    await startAtPin(customer, {
      items: [
        { productId: 'eggs', quantity: 1 },
        { productId: 'milk', quantity: 2 },
        { productId: 'soap', quantity: 1 },
      ],
      split: { snapCents: 1317, cashCents: 399, cardCents: 0 },
    })
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $13.17 with EBT SNAP')
    await customer.sees('PIN 2 of 2')
    await customer.open('/store')
    await customer.press('Sign in as store manager')
    await customer.sees('1 × Eggs, large brown · 2 × Whole milk · 1 × Dish soap')
    await customer.press('Cancel this order')
    await customer.sees('$13.17 goes back to the customer')
    await customer.press('Yes, cancel it and refund $13.17')
    await customer.sees('Fully refunded.')
  })

  test('no refund is made until the staff confirms it', async ({ customer, shop }) => {
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    await customer.open('/store')
    await customer.press('Sign in as store manager')
    await customer.press('Refund EBT SNAP')
    expect(await customer.evaluate(focusedField)).toBe('Amount')
    await customer.press('Close without a refund')
    expect(await customer.evaluate(focused)).toBe('Refund EBT SNAP')
    await customer.press('Refund EBT SNAP')
    await customer.fill('Reason', 'Spoiled')
    await customer.press('Refund $4.29 to EBT SNAP')
    await customer.sees('You cannot undo a refund.')
    await customer.press('Do not refund')
    await expect.poll(() => customer.evaluate(isAsked)).toBe(false)
    const { control } = shop.emulator!.emulator
    expect(control.requests().filter(({ path }) => path.endsWith('/refunds/'))).toEqual([])
  })
}
