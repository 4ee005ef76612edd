import { expect } from '@playwright/test'

import type { Customer } from '../../checkout/e2e/support/customer.ts'
import { everywhere } from '../../checkout/e2e/support/test-tags.ts'
import type { PlaygroundTest } from './playground-test.ts'

const pay = 'Pay $18.73 with EBT SNAP'

/** Types into the focused element. */
async function typePin(customer: Customer): Promise<void> {
  await customer.sees('EBT SNAP $1000.00')
  await customer.evaluate(`document.querySelector('[aria-labelledby="pg-pin-label"]').focus()`)
  for (const digit of ['1', '2', '3', '4'] as const) await customer.key(digit)
}

/** Returns an expression for the number of lines of the timeline that contain a text. */
function entriesWith(text: string): string {
  return `[...document.querySelectorAll('.pg-entry')].filter(({ textContent }) => textContent.includes('${text}')).length`
}

/** Defines the stories, which every browser tells. */
export function defineStories(test: PlaygroundTest): void {
  test('a customer pays with the keyboard alone', everywhere, async ({ visitor }) => {
    await typePin(visitor)
    await visitor.key('Enter')
    await visitor.sees('$18.73 was charged once. $981.27 is left on EBT SNAP.')
  })

  test(
    'after the token expires, one request is sent again with one new token',
    everywhere,
    async ({ visitor }) => {
      await visitor.sees('EBT SNAP $1000.00')
      await visitor.press('Expire the token now')
      await visitor.sees('1 rejected with 401 · 1 new session token · 1 sent again')
    },
  )

  test('a PIN that was typed before the token expired is asked for again, and the card is charged once', async ({
    visitor,
  }) => {
    await typePin(visitor)
    await visitor.press('Expire the token now')
    await visitor.sees('1 sent again')
    await visitor.press(pay)
    await visitor.sees('Nothing was charged. Please enter your PIN again')
    await typePin(visitor)
    await visitor.press(pay)
    await visitor.sees('$18.73 was charged once.')
  })

  test('fifteen minutes pass, and the customer pays without noticing', async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press('Let 15 minutes pass')
    await visitor.sees('1 new session token')
    await typePin(visitor)
    await visitor.press(pay)
    await visitor.sees('$18.73 was charged once.')
  })

  test('a second tab takes the token of the first one', everywhere, async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press('Open a second tab')
    await visitor.sees('its session is ready, with the token of the first tab.')
  })

  test('while the token endpoint is down, the customer pays with the token that is still good', async ({
    visitor,
  }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press('Take the token endpoint down')
    await visitor.sees('The token is still good')
    await typePin(visitor)
    await visitor.press(pay)
    await visitor.sees('$18.73 was charged once.')
  })

  test('a double click on the pay button sends one capture', async ({ visitor }) => {
    await typePin(visitor)
    await visitor.pressTwice(pay)
    await visitor.sees('$18.73 was charged once.')
    expect(await visitor.evaluate(entriesWith('/capture/'))).toBe(1)
  })

  test('a double click on a button for a fault counts once', async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.pressTwice('Expire the token now')
    await visitor.sees('1 rejected with 401 · 1 new session token · 1 sent again')
    expect(await visitor.evaluate(entriesWith('Expire the token now'))).toBe(1)
  })

  test('an incomplete PIN is named, and no request is sent for it', async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press(pay)
    await visitor.sees('Please enter the four digits of your PIN.')
    expect(await visitor.evaluate(entriesWith('/capture/'))).toBe(0)
  })

  test('the focus follows the customer from the payment to the next order', async ({ visitor }) => {
    await typePin(visitor)
    await visitor.key('Enter')
    await visitor.sees('$18.73 was charged once.')
    expect(await visitor.evaluate('document.activeElement.textContent')).toBe('New order')
    await visitor.key('Enter')
    await visitor.sees(pay)
    expect(await visitor.evaluate('document.activeElement.textContent')).toBe('Checkout')
  })

  test('a button for a fault keeps the focus', async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.evaluate(`document.querySelector('.pg-buttons button').focus()`)
    await visitor.key('Enter')
    await visitor.sees('1 sent again')
    expect(await visitor.evaluate('document.activeElement.textContent')).toBe('Expire the token now')
  })

  test('the page loads nothing but its own files', everywhere, async ({ visitor }) => {
    await typePin(visitor)
    await visitor.press(pay)
    await visitor.sees('$18.73 was charged once.')
    const loaded = await visitor.evaluate(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith(location.href + 'assets/') && !name.startsWith('data:'))`,
    )
    expect(loaded).toEqual([])
  })
}
