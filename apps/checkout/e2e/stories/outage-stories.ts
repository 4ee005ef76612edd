import { expect } from '@playwright/test'

import { goToCard, milk, pin, startAtPin } from '../support/checkout-path.ts'
import type { ShopTest } from '../support/shop-test.ts'

const payButtons = `[...document.querySelectorAll('button')].filter((button) => button.textContent.startsWith('Pay')).length`

/** The shop's backend does not answer; Forage does. */
export function tellOutageStories(test: ShopTest): void {
  test('the backend is down as the charge is made: nobody is asked to pay again, and the receipt comes', async ({
    customer,
    shop,
    gate,
  }) => {
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    gate.goDown()
    await customer.press('Pay $4.29 with EBT SNAP')
    await customer.sees('Your payment went through, and the shop does not know it yet')
    expect(await customer.evaluate(payButtons)).toBe(0)
    await customer.sees('Check my payment')
    gate.comeBack()
    // Whether it is pressed or not: the page asks every few seconds.
    await customer.sees('Thank you, your order is paid')
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('the shop cannot be reached with a full cart: it says so, and the cart is still there', async ({
    customer,
    gate,
  }) => {
    await goToCard(customer)
    await customer.press('Back to cart')
    await customer.press('One more: Dish soap')
    gate.goDown()
    await customer.press('Check out')
    await customer.sees('The shop cannot be reached')
    gate.comeBack()
    await customer.press('Check out')
    await customer.sees('Your EBT card')
    await customer.sees('Dish soap')
  })
}
