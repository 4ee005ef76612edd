import { expect } from '@playwright/test'

import { card, goToBalance, goToCard, goToPin, milk, pin, startAtPin } from '../support/checkout-path.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { pay, seesReceipt, thanks } from './story-parts.ts'

/** The stories of customers who leave a step and come back. */
export function defineVisitStories(test: ShopTest): void {
  defineAbsenceStories(test)
  defineNavigationStories(test)
}

/** The payment or the sign-in ends while the customer waits. */
function defineAbsenceStories(test: ShopTest): void {
  test('if the payment expires during the lunch break, the customer confirms the amounts again and is charged once', async ({
    customer,
    shop,
  }) => {
    const { control } = shop.emulator!.emulator
    await goToPin(customer)
    // Once the PIN field is there, the page makes no more requests for the order.
    await customer.type('EBT card PIN', pin)
    await control.advance(90 * 60_000)
    await customer.press(pay)
    await customer.sees('Your payment expired after 30 minutes')
    expect(control.counts().captures).toBe(0)
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    expect(control.counts().captures).toBe(1)
  })

  test('if the customer is signed out elsewhere during the payment, signing in shows the receipt of one charge', async ({
    customer,
    shop,
  }) => {
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    await customer.evaluate(`fetch('/api/account', { method: 'DELETE' }).then(({ status }) => status)`)
    await customer.press('Pay $4.29')
    await customer.sees('You are signed out. Your order is saved.')
    await customer.press('Maria Lopez')
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

const createdOrders = `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/orders')).length`

/** Reload, Back and Forward. */
function defineNavigationStories(test: ShopTest): void {
  test('a double click on the sign-in creates one order', async ({ customer }) => {
    await customer.open()
    await customer.press('Check out')
    await customer.sees('Sign in to pay with EBT.')
    await customer.pressTwice('Maria Lopez')
    await customer.sees('Your EBT card')
    await customer.sees('EBT card number')
    expect(await customer.evaluate(createdOrders)).toBe(1)
  })

  test('a reload stays on the same step, and a later visit offers the saved card', async ({
    customer,
    shop,
  }) => {
    await goToCard(customer)
    await customer.reload()
    await customer.type('EBT card number', card)
    await customer.press('Continue to balance')
    await customer.sees('Check your balance')
    await customer.reload()
    await customer.type('EBT card PIN', pin)
    await customer.press('Continue to amounts')
    await customer.sees('Choose the amounts')
    await customer.reload()
    await customer.press('Continue to payment')
    await customer.sees('Confirm with your PIN')
    await customer.reload()
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    await customer.reload()
    await seesReceipt(customer)
    await customer.press('Start a new order')
    await customer.sees('Add something to your cart to check out.')
    await customer.press('One more: Whole milk')
    await customer.press('Check out')
    await customer.sees('Card ending in 0001')
    await customer.press('Continue to balance')
    await customer.sees('Check your balance')
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('after a visit to another page, Back returns to the step', async ({ customer }) => {
    await goToBalance(customer)
    // Browsers with a back/forward cache restore the page from it.
    await customer.evaluate(`(location.href = '/store', true)`)
    await customer.sees('Staff sign-in')
    await customer.back()
    await customer.sees('Choose the amounts')
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
  })
}
