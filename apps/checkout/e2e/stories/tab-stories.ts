import { expect } from '@playwright/test'

import { milk, pin, startAtPin } from '../support/checkout-path.ts'
import type { ShopTest } from '../support/shop-test.ts'

const pay = 'Pay $4.29 with EBT SNAP'
const thanks = 'Thank you, your order is paid'
const pressPay = `[...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('Pay'))?.click()`

/** One customer, one order, two tabs of one browser. */
export function tellTabStories(test: ShopTest): void {
  test('two tabs of one order pay at the same moment: one charge, and both show the receipt', async ({
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    for (const each of [other, customer]) {
      await each.comesBack()
      await each.type('EBT card PIN', pin)
    }
    // At once, without the waits of a press: the tab that is second may have the receipt before it was pressed.
    await Promise.all([customer.evaluate(pressPay), other.evaluate(pressPay)])
    for (const each of [customer, other]) await each.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('one tab of an order pays, and the other shows the receipt by itself', async ({ customer, shop }) => {
    const id = await startAtPin(customer, milk)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    await other.sees('Confirm with your PIN')
    await customer.comesBack()
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await other.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('signing out in one tab signs out the other, and its token is forgotten', async ({
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    await other.press('Sign out')
    await customer.comesBack()
    await customer.sees('You are signed out. Sign in again: your order is still here.')
    await customer.press('James Carter')
    await customer.sees('This order is not yours')
    await customer.press('Sign out')
    await customer.open(`/orders/${id}`)
    await customer.press('Maria Lopez')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('another tab chooses another card while this one is at the PIN: nobody says that the payment waited too long', async ({
    customer,
  }) => {
    const id = await startAtPin(customer, milk)
    const other = await customer.inAnotherTab(`/orders/${id}`)
    await other.press('Use another card')
    await other.sees('Your EBT card')
    await other.press('Use another card')
    await other.type('EBT card number', '9999420000000002')
    await other.press('Continue to balance')
    await other.sees('Check your balance')
    await customer.comesBack()
    await customer.sees('Check your balance')
    expect(await customer.evaluate(`document.body.textContent.includes('30 minutes')`)).toBe(false)
  })
}
