import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { card, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { test } from '../support/shop-test.ts'

const folder = fileURLToPath(new URL('../__screenshots__', import.meta.url))

/** Takes a screenshot with this name. */
type Picture = (name: string) => Promise<void>

const phone = { width: 360, height: 740 }
const desktop = { width: 1440, height: 900 }

for (const viewport of [phone, desktop]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const size = `${viewport.width} px, ${colorScheme}`
    const named = (browserName: string): string => `${browserName}-${viewport.width}-${colorScheme}`
    test.describe(size, () => {
      test.use({ viewport, colorScheme })
      test.slow()

      test(`screenshots of every step (${size})`, async ({ page, customer, browserName }) => {
        const picture = pictureOf(page, `${named(browserName)}-step`)
        await pictureCart(page, customer, picture)
        await pictureCard(customer, picture)
        await picturePayment(page, customer, picture)
        await pictureNextVisit(customer, picture)
        await pictureStore(page, customer, picture)
      })

      test(`screenshots of declines (${size})`, async ({ page, customer, browserName }) => {
        await pictureDeclines(customer, pictureOf(page, `${named(browserName)}-decline`))
      })
    })
  }
}

/** Takes numbered screenshots: of the whole page, and of the first screen if the page is longer. */
function pictureOf(page: Page, prefix: string): Picture {
  let count = 0
  return async (name) => {
    count += 1
    await waitUntilStill(page)
    const path = `${folder}/${prefix}-${String(count).padStart(2, '0')}-${name}`
    const isLong = await page.evaluate('document.documentElement.scrollHeight > innerHeight')
    if (isLong) await page.screenshot({ path: `${path}-screen.png` })
    await page.screenshot({ path: `${path}.png`, fullPage: true })
  }
}

async function pictureCart(page: Page, customer: Customer, picture: Picture): Promise<void> {
  await customer.open()
  await customer.press('One more: Dish soap')
  await customer.press('One more: Gift card')
  await customer.press('One more: Seltzer water')
  await page.getByLabel('Delivery').check()
  await page.evaluate('scrollTo(0, 0)')
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

async function picturePayment(page: Page, customer: Customer, picture: Picture): Promise<void> {
  await customer.press('Continue to amounts')
  await customer.sees('$1,000.00')
  await picture('amounts')
  await customer.fill('EBT SNAP', '50')
  await picture('amounts-too-much')
  await customer.fill('EBT SNAP', '20')
  await customer.back()
  await customer.sees('Check it again')
  await picture('balance')
  await customer.press('Continue to amounts')
  await customer.fill('EBT SNAP', '20')
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await picture('pin')
  await customer.press('Pay $20.00')
  await customer.sees('2 of 2')
  await picture('part-paid')
  await customer.press('Cancel this order')
  await customer.sees('Keep the order')
  await picture('cancel-question')
  await customer.press('Keep the order')
  await customer.type('EBT card PIN', pin)
  await customer.press('with EBT Cash')
  await customer.sees('EBT Cash balance left')
  await picture('receipt')
  await page.emulateMedia({ media: 'print' })
  await picture('receipt-print')
  await page.emulateMedia({ media: 'screen' })
}

async function pictureNextVisit(customer: Customer, picture: Picture): Promise<void> {
  await customer.press('Start a new order')
  await customer.sees('Add something')
  await picture('cart-empty')
  await customer.press('One more: Whole milk')
  await customer.press('Check out')
  await customer.sees('Card ending in')
  await picture('saved-card')
  await customer.press('Remove card')
  await customer.sees('Keep the card')
  await picture('remove-question')
  await customer.press('Keep the card')
  await customer.press('Use another card')
  await customer.sees('Another EBT card')
  await picture('new-card')
  await customer.press('Cancel this order')
  await customer.press('Yes, cancel the order')
  await customer.sees('Your order is canceled')
  await picture('canceled')
}

async function pictureStore(page: Page, customer: Customer, picture: Picture): Promise<void> {
  await customer.open('/store')
  await customer.sees('Staff sign-in')
  await picture('store-sign-in')
  await customer.press('Sign in as store manager')
  await page.getByRole('button', { name: 'Refund EBT SNAP' }).first().click()
  await customer.fill('Amount', '5')
  await customer.fill('Reason', 'Spoiled')
  await picture('store-refund')
  await customer.press('Refund $5.00')
  await customer.sees('Do not refund')
  await picture('refund-question')
  await customer.press('Yes, refund')
  await customer.sees('Done')
  await picture('store')
  await customer.open('/control')
  await customer.sees('✓ Live')
  await picture('control')
}

async function pictureDeclines(customer: Customer, picture: Picture): Promise<void> {
  await startAtPin(customer, mixed, '6777777777771234')
  for (const name of ['wrong-pin', 'wrong-pin-again', 'wrong-pin-third', 'locked']) {
    await customer.type('EBT card PIN', '0000')
    await customer.press('Pay $4.29')
    await customer.sees(name === 'locked' ? 'This card is locked' : 'before the card is locked')
    await picture(name)
  }
  await startAtPin(customer, mixed, '4444444444444451')
  await customer.type('EBT card PIN', pin)
  await customer.press('Pay $4.29')
  await customer.sees('Your balance is too low')
  await picture('insufficient')
}

/** Waits until the frames are loaded and the last transition has ended. */
async function waitUntilStill(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.secure-box.loading'))
  await page.waitForTimeout(200)
}
