import { expect } from '@playwright/test'

import { goToCard, milk, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { thanks } from './story-parts.ts'

const payMilk = 'Pay $4.29 with EBT SNAP'
/** The PIN of this test card is 1234. */
const pinCard = '6777777777771234'
/** Every capture of a test card like this fails with the EBT error of its last two digits. */
const failing = (number: string): string => `44444444444444${number}`

/** The stories of payments that the EBT network declines. */
export function defineDeclineStories(test: ShopTest): void {
  definePinStories(test)
  defineCardStories(test)
  defineFundsStories(test)
}

function definePinStories(test: ShopTest): void {
  test(
    'each wrong PIN says how many tries are left, and the fourth locks the card',
    everywhere,
    async ({ customer, shop }) => {
      await startAtPin(customer, milk, pinCard)
      for (const left of ['3 tries left', '2 tries left', '1 try left']) {
        await customer.type('EBT card PIN', '0000')
        await customer.press(payMilk)
        await customer.sees(`${left} before the card is locked`)
      }
      await customer.type('EBT card PIN', '0000')
      await customer.press(payMilk)
      await customer.sees('This card is locked for 24 hours')
      expect(await customer.evaluate(primary)).toBe('Use another card')
      expect(await customer.evaluate(`document.activeElement.tagName`)).toBe('H1')
      await customer.press('Use another card')
      await customer.sees('Another EBT card')
      expect(shop.emulator!.emulator.control.counts().captures).toBe(0)
    },
  )

  test(
    'after a wrong PIN the empty PIN field has the focus, so that the right PIN and Enter pay',
    everywhere,
    async ({ customer, shop }) => {
      await startAtPin(customer, milk, pinCard)
      await customer.type('EBT card PIN', '0000')
      await customer.press(payMilk)
      await customer.sees('That PIN is not right')
      for (const digit of '1234') await customer.key(digit as '1')
      await customer.key('Enter')
      await customer.sees(thanks)
      expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
    },
  )

  test('the wrong PINs of the balance and of the payment count together, also after a reload', async ({
    customer,
  }) => {
    await goToCard(customer)
    await customer.type('EBT card number', pinCard)
    await customer.press('Continue to balance')
    await customer.type('EBT card PIN', '0000')
    await customer.press('Continue to amounts')
    await customer.sees('3 tries left')
    await customer.reload()
    await customer.type('EBT card PIN', '0000')
    await customer.press('Continue to amounts')
    await customer.sees('2 tries left')
    // The right PIN ends the count.
    await customer.type('EBT card PIN', '1234')
    await customer.press('Continue to amounts')
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', '0000')
    await customer.press('Pay $18.73')
    await customer.sees('3 tries left')
  })
}

function defineCardStories(test: ShopTest): void {
  for (const [number, title] of [
    ['43', 'This card was reported lost or stolen'],
    ['54', 'This card has expired'],
    ['75', 'This card is locked for 24 hours'],
    ['62', 'This card cannot be used here'],
  ] as const)
    test(`if the network says ${number}, the page says "${title}" and the customer pays with another card`, async ({
      customer,
      shop,
    }) => {
      await startAtPin(customer, milk, failing(number))
      await customer.type('EBT card PIN', pin)
      await customer.press(payMilk)
      await customer.sees(title)
      await customer.sees('Nothing was charged.')
      expect(await customer.evaluate(primary)).toBe('Use another card')
      await customer.press('Use another card')
      await customer.sees('Another EBT card')
      await customer.type('EBT card number', '9999420000000001')
      await customer.press('Continue to balance')
      await customer.type('EBT card PIN', pin)
      await customer.press('Continue to amounts')
      await customer.press('Continue to payment')
      await customer.type('EBT card PIN', pin)
      await customer.press(payMilk)
      await customer.sees(thanks)
      expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
    })

  test('a card whose balance cannot be read offers another card', async ({ customer }) => {
    await goToCard(customer)
    await customer.type('EBT card number', '5555555555555554')
    await customer.press('Continue to balance')
    await customer.type('EBT card PIN', pin)
    await customer.press('Continue to amounts')
    await customer.sees('This card has expired')
    expect(await customer.evaluate(primary)).toBe('Use another card')
  })
}

function defineFundsStories(test: ShopTest): void {
  test('if the funds are insufficient, the page shows both balances and offers to change the amounts first', async ({
    customer,
  }) => {
    await startAtPin(customer, milk, failing('51'))
    await declineForFunds(customer, payMilk)
    await customer.sees('Your EBT SNAP balance is $1,000.00, and your EBT Cash balance is $1,000.00.')
    expect(await customer.evaluate(ways)).toEqual([
      'Change the amounts',
      'Pay $4.29 with Visa ending in 4242',
      'Use another EBT card',
      'Change my cart',
    ])
    await customer.press('Change the amounts')
    await customer.sees('Choose the amounts')
  })

  test(
    'after a decline for insufficient funds, the card on file pays what is left',
    everywhere,
    async ({ customer, shop }) => {
      await startAtPin(customer, mixed, failing('51'))
      await declineForFunds(customer, payMilk)
      await customer.press('Pay $18.28 with Visa ending in 4242')
      await customer.sees(thanks)
      await customer.sees('Paid with Visa ending in 4242')
      expect(shop.emulator!.emulator.control.counts().captures).toBe(0)
    },
  )
}

async function declineForFunds(customer: Customer, pay: string): Promise<void> {
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees('Your balance is too low')
}

const primary = `document.querySelector('main .primary').textContent`
const ways = `[...document.querySelectorAll('.ways button')].map((button) => button.textContent)`
