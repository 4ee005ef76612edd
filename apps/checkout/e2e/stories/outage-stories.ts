import { expect } from '@playwright/test'

import { goToCard, milk, pin, startAtPin } from '../support/checkout-path.ts'
import type { ShopTest } from '../support/shop-test.ts'

const payButtons = `[...document.querySelectorAll('button')].filter((button) => button.textContent.startsWith('Pay')).length`

/** The stories of an outage of the shop's backend. Forage still answers. */
export function defineOutageStories(test: ShopTest): void {
  test('if the backend is down during the charge, the customer cannot pay again, and the receipt appears later', async ({
    customer,
    shop,
    gate,
  }) => {
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    gate.goDown()
    await customer.press('Pay $4.29 with EBT SNAP')
    await customer.sees('Your payment succeeded, but we could not confirm your order yet')
    expect(await customer.evaluate(payButtons)).toBe(0)
    await customer.sees('Check my payment')
    gate.comeBack()
    // No press is necessary, because the page checks every few seconds.
    await customer.sees('Thank you, your order is paid')
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('if the shop cannot be reached at checkout, the page says so and keeps the cart', async ({
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
