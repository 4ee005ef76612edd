import { expect } from '@playwright/test'

import { milk, pin, startAtPin } from '../support/checkout-path.ts'
import type { ShopTest } from '../support/shop-test.ts'

const pay = 'Pay $4.29 with EBT SNAP'
const thanks = 'Thank you, your order is paid'
const pressPay = `[...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('Pay'))?.click()`

/** The stories of one customer with one order in two tabs. */
export function defineTabStories(test: ShopTest): void {
  definePaymentInTabsStories(test)
  defineChangeInTabsStories(test)
}

function definePaymentInTabsStories(test: ShopTest): void {
  test('if two tabs of one order pay at the same moment, there is one charge and both show the receipt', async ({
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    for (const each of [other, customer]) {
      await each.comesBack()
      await each.type('EBT card PIN', pin)
    }
    // Press both buttons without waiting, because the second tab may show the receipt very soon.
    await Promise.all([customer.evaluate(pressPay), other.evaluate(pressPay)])
    for (const each of [customer, other]) await each.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('if one tab of an order pays, the other tab shows the receipt automatically', async ({
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    await other.sees('Confirm with your PIN')
    await customer.comesBack()
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await other.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

function defineChangeInTabsStories(test: ShopTest): void {
  test('signing out in one tab signs out the other tab and removes its token', async ({ customer, shop }) => {
    const id = await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    await other.press('Sign out')
    await customer.comesBack()
    await customer.sees('You are signed out. Your order is saved.')
    await customer.press('James Carter')
    await customer.sees('We could not find this order')
    await customer.press('Sign out')
    // Opening another page too soon would cancel the request.
    await customer.sees('You are signed out.')
    await customer.open(`/orders/${id}`)
    await customer.press('Maria Lopez')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('if another tab chooses another card, this tab does not claim that the payment expired', async ({
    customer,
  }) => {
    const id = await startAtPin(customer, milk)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    await other.press('Use another card')
    await other.sees('Your EBT card')
    await other.press('Use another card')
    await other.sees('Another EBT card')
    await other.type('EBT card number', '9999420000000002')
    await other.press('Continue to balance')
    await other.sees('Check your balance')
    await customer.comesBack()
    await customer.sees('Check your balance')
    expect(await customer.evaluate(`document.body.textContent.includes('30 minutes')`)).toBe(false)
  })
}
