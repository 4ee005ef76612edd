import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { card, pin } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { test } from '../support/shop-test.ts'

const folder = fileURLToPath(new URL('../__screenshots__', import.meta.url))

/** Takes a screenshot with this name. */
type Picture = (name: string) => Promise<void>

for (const width of [360, 1440]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height: 800 }, colorScheme })
      test.slow()

      test(`screenshots of every step (${width} px, ${colorScheme})`, async ({
        page,
        customer,
        browserName,
      }) => {
        let count = 0
        const picture: Picture = async (name) => {
          count += 1
          await waitUntilStill(page)
          const path = `${folder}/${browserName}-${width}-${colorScheme}-${count}-${name}.png`
          await page.screenshot({ path, fullPage: true })
        }
        await pictureCart(page, customer, picture)
        await pictureCard(customer, picture)
        await picturePayment(customer, picture)
        await pictureNextVisit(customer, picture)
        await pictureStore(page, customer, picture)
      })
    })
  }
}

async function pictureCart(page: Page, customer: Customer, picture: Picture): Promise<void> {
  await customer.open()
  await customer.press('One more: Dish soap')
  await customer.press('One more: Gift card')
  await customer.press('One more: Seltzer water')
  await page.getByLabel('Delivery').check()
  await picture('cart')
  await customer.press('Check out')
  await customer.sees('Sign in')
  await picture('sign-in')
}

async function pictureCard(customer: Customer, picture: Picture): Promise<void> {
  await customer.press('Maria Lopez')
  await customer.sees('EBT card number')
  await picture('card')
  await customer.type('EBT card number', card.slice(1))
  await customer.press('Continue to balance')
  await customer.sees('This card number is not complete')
  await picture('card-incomplete')
  await customer.reload()
  await customer.type('EBT card number', card)
  await customer.press('Continue to balance')
  await customer.type('EBT card PIN', pin)
  await picture('balance-pin')
}

async function picturePayment(customer: Customer, picture: Picture): Promise<void> {
  await customer.press('Continue to amounts')
  await customer.sees('$1,000.00')
  await picture('amounts')
  await customer.fill('EBT SNAP', '50')
  await picture('amounts-too-much')
  await customer.fill('EBT SNAP', '20')
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await picture('pin')
  await customer.press('Expire the session token now')
  await customer.sees('Expired:')
  await customer.press('Pay $20.00')
  await customer.sees('Please enter your PIN again.')
  await picture('pin-again')
  await customer.type('EBT card PIN', pin)
  await customer.press('Pay $20.00')
  await customer.sees('2 of 2')
  await picture('part-paid')
  await customer.type('EBT card PIN', pin)
  await customer.press('with EBT Cash')
  await customer.sees('EBT Cash balance left')
  await picture('receipt')
}

async function pictureNextVisit(customer: Customer, picture: Picture): Promise<void> {
  await customer.press('Start a new order')
  await customer.press('One more: Whole milk')
  await customer.press('Check out')
  await customer.sees('Card ending in')
  await picture('saved-card')
  await customer.press('Cancel this order')
  await customer.sees('Your order is canceled')
  await picture('canceled')
}

async function pictureStore(page: Page, customer: Customer, picture: Picture): Promise<void> {
  await customer.open('/store')
  await customer.press('Sign in as store manager')
  await page.getByRole('button', { name: 'Refund EBT SNAP' }).first().click()
  await customer.fill('Amount', '5')
  await customer.fill('Reason', 'Spoiled')
  await picture('store')
  await customer.open('/control')
  await customer.sees('✓ Live')
  await picture('control')
}

/** Waits until the frames are loaded and the last transition has ended. */
async function waitUntilStill(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.secure-box.loading'))
  await page.waitForTimeout(200)
}
