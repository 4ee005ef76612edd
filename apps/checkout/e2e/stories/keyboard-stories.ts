import { expect } from '@playwright/test'

import { card, goToCard, pin } from '../support/checkout-path.ts'
import type { Customer, Digit } from '../support/customer.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { pay, seesReceipt } from './story-parts.ts'

/** The stories of customers without a mouse. */
export function defineKeyboardStories(test: ShopTest): void {
  test('a customer can pay with the keyboard alone', everywhere, async ({ customer, shop }) => {
    await customer.open()
    await customer.sees('Your cart')
    await tabTo(customer, 'Check out')
    await customer.key('Enter')
    await customer.sees('Sign in')
    await tabTo(customer, 'MMaria Lopez')
    await customer.key('Enter')
    await typeWithKeys(customer, 'EBT card number', card)
    await tabTo(customer, 'Continue to balance')
    await customer.key('Space')
    await typeWithKeys(customer, 'EBT card PIN', pin)
    await tabTo(customer, 'Continue to amounts')
    await customer.key('Enter')
    await customer.sees('$1,000.00')
    await tabTo(customer, 'Continue to payment')
    await customer.key('Enter')
    await typeWithKeys(customer, 'EBT card PIN', pin)
    await tabTo(customer, pay)
    await customer.key('Enter')
    await seesReceipt(customer)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('Enter in the card number and in the PIN submits the step', everywhere, async ({ customer, shop }) => {
    await goToCard(customer)
    await customer.type('EBT card number', card)
    await customer.key('Enter')
    await customer.sees('Check your balance')
    await customer.type('EBT card PIN', pin)
    await customer.key('Enter')
    await customer.press('Continue to payment')
    await customer.sees('Confirm with your PIN')
    await customer.type('EBT card PIN', pin)
    // The second Enter comes while the first payment is on its way.
    await customer.key('Enter')
    await customer.key('Enter')
    await seesReceipt(customer)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

/** Evaluates to the text of the focused button or the title of the focused frame. */
const focused = `(() => {
  const { activeElement } = document
  return activeElement?.title || activeElement?.textContent || ''
})()`

async function tabTo(customer: Customer, name: string): Promise<void> {
  await expect(async () => {
    if (String(await customer.evaluate(focused)).trim() === name) return
    await customer.key('Tab')
    expect(String(await customer.evaluate(focused)).trim()).toBe(name)
  }).toPass({ timeout: 30_000, intervals: [20] })
}

async function typeWithKeys(customer: Customer, into: string, digits: string): Promise<void> {
  await customer.sees(into)
  // A frame that is still loading takes the focus but no keys.
  await expect.poll(() => customer.evaluate(`!document.querySelector('.secure-box.loading')`)).toBe(true)
  await tabTo(customer, into)
  // The focus reaches the frame's own process later.
  await expect
    .poll(() => customer.evaluate(`document.querySelector('.secure-box.focused') !== null`))
    .toBe(true)
  for (const digit of digits) await customer.key(digit as Digit)
}
