import { expect } from '@playwright/test'

import type { Customer } from '../../checkout/e2e/support/customer.ts'
import type { PlaygroundTest } from './playground-test.ts'

const pay = 'Pay $18.73 with EBT SNAP'

/** Types into the focused element. */
async function typePin(customer: Customer): Promise<void> {
  await customer.sees('EBT SNAP $1000.00')
  await customer.evaluate(`document.querySelector('[aria-label^="PIN"]').focus()`)
  for (const digit of ['1', '2', '3', '4'] as const) await customer.key(digit)
}

/** Defines the stories, which every browser tells. */
export function defineStories(test: PlaygroundTest): void {
  test('a customer pays with the keyboard alone', async ({ visitor }) => {
    await typePin(visitor)
    await visitor.key('Enter')
    await visitor.sees('$18.73 was charged once. $981.27 is left on EBT SNAP.')
  })

  test('after the token expires, one request is sent again with one new token', async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press('Expire the token now')
    await visitor.sees('1 rejected with 401 · 1 new session token · 1 sent again')
  })

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

  test('a second tab takes the token of the first one', async ({ visitor }) => {
    await visitor.sees('EBT SNAP $1000.00')
    await visitor.press('Open a second tab')
    await visitor.sees('its session is ready, with the token of the first tab.')
  })

  test('the page loads nothing but its own files', async ({ visitor }) => {
    await typePin(visitor)
    await visitor.press(pay)
    await visitor.sees('$18.73 was charged once.')
    const loaded = await visitor.evaluate(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith(location.href + 'assets/') && !name.startsWith('data:'))`,
    )
    expect(loaded).toEqual([])
  })
}
