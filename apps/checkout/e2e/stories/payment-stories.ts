import { expect } from '@playwright/test'

import { card, goToBalance, milk, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { pay, seesReceipt, thanks } from './story-parts.ts'

/** The stories of payments and refunds. */
export function definePaymentStories(test: ShopTest): void {
  defineSinglePaymentStories(test)
  defineSplitStories(test)
  defineRefundStories(test)
}

const canChange = `[...document.querySelectorAll('.quantity button, fieldset input')].some((each) => each.matches(':enabled:not([aria-disabled=true])'))`

/** One EBT payment. */
function defineSinglePaymentStories(test: ShopTest): void {
  test('a double click pays once', everywhere, async ({ customer, shop }) => {
    const { control } = shop.emulator!.emulator
    await goToBalance(customer)
    await watchErrors(customer)
    await customer.pressTwice('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.pressTwice(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    expect(control.counts().captures).toBe(1)
    const captures = control.requests().filter(({ path }) => path.endsWith('/capture/'))
    expect(captures).toHaveLength(1)
  })

  for (const when of ['before', 'after'] as const) {
    test(
      `if the network drops ${when} the charge, the page says what to do and the customer is charged once`,
      everywhere,
      async ({ customer, shop }) => {
        const { control } = shop.emulator!.emulator
        await startAtPin(customer, milk)
        const restore = control.fault({ kind: 'drop', path: '/proxy/api/payments/', when, count: 9 })
        await customer.type('EBT card PIN', pin)
        await customer.press('Pay $4.29')
        if (when === 'before') {
          await customer.sees('We got no answer')
          await customer.sees('You will not be charged twice')
          expect(control.counts().captures).toBe(0)
          restore()
          await customer.type('EBT card PIN', pin)
          await customer.press('Pay $4.29')
        }
        await customer.sees(thanks)
        expect(control.counts().captures).toBe(1)
      },
    )
  }

  test('after a wrong PIN the page says so, and the right PIN pays', async ({ customer, shop }) => {
    await startAtPin(customer, milk, '6777777777771234')
    await customer.type('EBT card PIN', '0000')
    await customer.press('Pay $4.29')
    await customer.sees('That PIN is not right')
    await customer.type('EBT card PIN', '1234')
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

/** Several payments for one order. */
function defineSplitStories(test: ShopTest): void {
  test('a cart whose order is partly paid says so, does not change, and leads back to the payment', async ({
    customer,
  }) => {
    await customer.open()
    await customer.press('One more: Dish soap')
    await goToBalance(customer)
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $18.73 with EBT SNAP')
    await customer.sees('PIN 2 of 2')
    await customer.open()
    await customer.sees('$18.73 of $22.72 is paid')
    expect(await customer.evaluate(canChange)).toBe(false)
    await customer.press('Continue to payment')
    await customer.sees('PIN 2 of 2')
    await customer.press('Cancel this order')
    await customer.press('Yes, cancel the order')
    await customer.press('Back to my cart')
    await customer.sees('Check out')
    expect(await customer.evaluate(canChange)).toBe(true)
  })

  test(
    'EBT SNAP, EBT Cash and a card pay one order, with a PIN for each benefit',
    everywhere,
    async ({ customer, shop }) => {
      await customer.open()
      await customer.press('One more: Dish soap')
      await customer.press('One more: Gift card')
      await customer.press('Check out')
      await customer.press('Maria Lopez')
      await customer.type('EBT card number', card)
      await customer.press('Continue to balance')
      await customer.type('EBT card PIN', pin)
      await customer.press('Continue to amounts')
      await customer.sees('Choose the amounts')
      await customer.fill('EBT SNAP', '20')
      await customer.sees('EBT SNAP pays only for eligible food, at most $18.73.')
      await customer.fill('EBT SNAP', '8.73')
      await customer.fill('EBT Cash', '13.99')
      await customer.press('Continue to payment')
      await customer.sees('1 of 2')
      await customer.type('EBT card PIN', pin)
      await customer.press('Pay $8.73 with EBT SNAP')
      await customer.sees('$8.73 of $32.72 is paid')
      await customer.type('EBT card PIN', pin)
      await customer.press('Pay $13.99 with EBT Cash')
      await customer.sees(thanks)
      await customer.sees('Paid with Visa ending in 4242')
      await customer.sees('$10.00')
      expect(shop.emulator!.emulator.control.counts().captures).toBe(2)
    },
  )

  test('a customer who cancels a partly paid order gets the money back', async ({ customer, shop }) => {
    await startAtPin(customer, mixed)
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29 with EBT SNAP')
    await customer.sees('2 of 2')
    await customer.press('Cancel this order')
    await customer.sees('$4.29 goes back to EBT SNAP')
    await customer.press('Yes, cancel the order')
    await customer.sees('Your order is canceled')
    await customer.sees('$4.29 goes back to EBT SNAP')
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

/** Refunds by the store. */
function defineRefundStories(test: ShopTest): void {
  test('a partial refund appears on the receipt, and a double click refunds once', async ({
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    await customer.open('/store')
    await customer.press('Sign in as store manager')
    await customer.press('Refund EBT SNAP')
    await customer.fill('Amount', '1.29')
    await customer.fill('Reason', 'Spoiled')
    await customer.press('Refund $1.29 to EBT SNAP')
    await customer.sees('$1.29 goes back to the customer’s EBT SNAP')
    await customer.pressTwice('Yes, refund $1.29')
    await customer.sees('Done')
    await customer.open(`/orders/${id}`)
    await customer.sees('Spoiled')
    const refunds = shop
      .emulator!.emulator.control.requests()
      .filter(({ path }) => path.endsWith('/refunds/'))
    expect(refunds).toHaveLength(1)
  })
}
