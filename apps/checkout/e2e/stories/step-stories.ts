import { expect } from '@playwright/test'

import { card, goToCard, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { pay, thanks } from './story-parts.ts'

/** The stories of the steps' URLs, of Back and of the focus. */
export function defineStepStories(test: ShopTest): void {
  defineUrlStories(test)
  defineFocusStories(test)
}

function defineUrlStories(test: ShopTest): void {
  test('each step has its own URL, and Back goes one step back', everywhere, async ({ customer }) => {
    await goToCard(customer)
    await at(customer, 'card')
    await customer.type('EBT card number', card)
    await customer.press('Continue to balance')
    await customer.sees('Check your balance')
    await at(customer, 'balance')
    await customer.type('EBT card PIN', pin)
    await customer.press('Continue to amounts')
    await customer.sees('Choose the amounts')
    await at(customer, 'amounts')
    await customer.press('Continue to payment')
    await customer.sees('Confirm with your PIN')
    await at(customer, 'pay-snap')
    await customer.back()
    await customer.sees('Choose the amounts')
    await customer.back()
    await customer.sees('Your balance')
    await customer.sees('$1,000.00')
    await customer.back()
    await customer.sees('Your EBT card')
    await customer.back()
    await customer.sees('Your cart')
    await customer.evaluate('history.go(4)')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    await at(customer, 'receipt')
  })

  test(
    'Back from the receipt leads to the cart, not to a step that is over',
    everywhere,
    async ({ customer }) => {
      await goToCard(customer)
      await customer.type('EBT card number', card)
      await customer.press('Continue to balance')
      await customer.type('EBT card PIN', pin)
      await customer.press('Continue to amounts')
      await customer.press('Continue to payment')
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await customer.sees(thanks)
      await at(customer, 'receipt')
      await expect.poll(() => customer.evaluate('history.state?.steps?.length ?? 0')).toBe(0)
      await customer.back()
      await customer.sees('Your cart')
    },
  )

  test('a link to a step that the order has not reached opens the next step', async ({ customer }) => {
    const id = await startAtPin(customer, mixed)
    await customer.open(`/orders/${id}/receipt`)
    await customer.sees('Confirm with your PIN')
    await at(customer, 'pay-snap')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29 with EBT SNAP')
    await customer.sees('PIN 2 of 2')
    await at(customer, 'pay-cash')
    await customer.open(`/orders/${id}/pay-snap`)
    await customer.sees('PIN 2 of 2')
    await at(customer, 'pay-cash')
  })

  test('the amounts that the customer chose are kept after Back', async ({ customer }) => {
    await startAtPin(customer, mixed)
    await customer.press('Change the amounts')
    await customer.sees('Check your balance')
    await customer.type('EBT card PIN', pin)
    await customer.press('Continue to amounts')
    await customer.fill('EBT SNAP', '1.29')
    await customer.press('Continue to payment')
    await customer.sees('$1.29 from EBT SNAP.')
    await customer.back()
    await customer.sees('Choose the amounts')
    const amount = `document.querySelector('.amount-field input').value`
    await expect.poll(() => customer.evaluate(amount)).toBe('1.29')
    await customer.press('Continue to payment')
    await customer.sees('$1.29 from EBT SNAP.')
    await customer.press('Change the amounts')
    await customer.sees('Choose the amounts')
    await customer.back()
    await customer.sees('Check it again')
  })
}

function defineFocusStories(test: ShopTest): void {
  test(
    'each new step and "Use another card" move the focus to the heading',
    everywhere,
    async ({ customer }) => {
      await goToCard(customer)
      await focusIs(customer, 'Your EBT card')
      await customer.type('EBT card number', card)
      await customer.press('Continue to balance')
      await focusIs(customer, 'Check your balance')
      await customer.type('EBT card PIN', pin)
      await customer.press('Continue to amounts')
      await focusIs(customer, 'Choose the amounts')
      await customer.press('Continue to payment')
      await focusIs(customer, 'Confirm with your PIN')
      await customer.press('Use another card')
      await focusIs(customer, 'Your EBT card')
      await customer.press('Use another card')
      await focusIs(customer, 'Another EBT card')
      await customer.press('Use a saved card')
      await focusIs(customer, 'Your EBT card')
      await customer.press('Cancel this order')
      await customer.press('Yes, cancel the order')
      await focusIs(customer, 'Your order is canceled')
    },
  )

  test(
    'an incomplete or unsupported card number marks the field and gets the focus',
    everywhere,
    async ({ customer }) => {
      await goToCard(customer)
      await customer.type('EBT card number', '9999 42')
      await customer.press('Continue to balance')
      await customer.sees('This card number is not complete.')
      await expect.poll(() => customer.evaluate(marked)).toBe(true)
      // The focus is in the frame, so the customer continues to type where they stopped.
      for (const digit of '0000000000') await customer.key(digit as '0')
      await expect.poll(() => customer.evaluate(marked)).toBe(false)
      await customer.key('Enter')
      await customer.sees('Check your balance')
      await customer.back()
      await customer.press('Use another card')
      await customer.type('EBT card number', '1111111111111111')
      await customer.press('Continue to balance')
      await customer.sees('We cannot take this card number.')
      await expect.poll(() => customer.evaluate(marked)).toBe(true)
    },
  )
}

/** Whether the field's border and the message next to it say that something is wrong. */
const marked = `(() => {
  const box = document.querySelector('.secure-box')
  const isRed = box.classList.contains('wrong')
  const message = box.parentElement.querySelector('[role=alert]')
  return isRed && message !== null && document.activeElement?.tagName === 'IFRAME'
})()`

async function at(customer: Customer, step: string): Promise<void> {
  await expect
    .poll(() => customer.evaluate('location.pathname'))
    .toMatch(new RegExp(`/orders/[^/]+/${step}$`))
}

async function focusIs(customer: Customer, heading: string): Promise<void> {
  const focused = `document.activeElement?.tagName + ' ' + document.activeElement?.textContent`
  await expect.poll(() => customer.evaluate(focused)).toBe(`H1 ${heading}`)
}
