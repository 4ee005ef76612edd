import { expect, type BrowserContext, type Page } from '@playwright/test'

import { availableEngines } from '../../../scripts/browsers.ts'
import { changed } from '../test/forage-line.ts'
import { goToCard, milk, payFromCart, pin, startAtPin } from './checkout-path.ts'
import type { Customer } from './customer.ts'
import { expectNoErrors, watchErrors } from './error-watch.ts'
import { pageCustomer } from './page-customer.ts'
import { test } from './shop-test.ts'

/* The stories that need more of a browser than every driver has. */

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

const pay = 'Pay $4.29 with EBT SNAP'
const thanks = 'Thank you, your order is paid'

/** The shop's backend does not answer; Forage does. Gives the way back. */
async function takeBackendDown(page: Page, url: string): Promise<() => Promise<void>> {
  const addresses = `${url}/api/**`
  await page.route(addresses, (route) => route.abort())
  return () => page.unroute(addresses)
}

async function secondTab(
  context: BrowserContext,
  url: string,
  path: string,
): Promise<ReturnType<typeof pageCustomer>> {
  const customer = pageCustomer(await context.newPage(), url)
  await customer.open(path)
  return customer
}

test('the backend is down as the charge is made: nobody is asked to pay again, and the receipt comes', async ({
  page,
  customer,
  shop,
}) => {
  await startAtPin(customer, milk)
  await customer.type('EBT card PIN', pin)
  const bringBack = await takeBackendDown(page, shop.url)
  await customer.press(pay)
  await customer.sees('Your payment went through, and the shop does not know it yet')
  await expect(page.getByRole('button', { name: /^Pay/ })).toHaveCount(0)
  await bringBack()
  await customer.press('Check my payment')
  await customer.sees(thanks)
  expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
})

test('the backend is down before there is a token: the page says so, and goes on when it is back', async ({
  page,
  customer,
  shop,
}) => {
  const path = `${shop.url}/api/forage/session-token`
  await page.route(path, (route) =>
    route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
  )
  await goToCard(customer)
  await customer.sees('EBT payments are not available right now')
  await page.unroute(path)
  await customer.press('Try again')
  await customer.type('EBT card number', '9999420000000001')
  await customer.press('Continue to balance')
  await customer.sees('Check your balance')
})

test('the shop cannot be reached with a full cart: it says so, and the cart is still there', async ({
  page,
  customer,
  shop,
}) => {
  await goToCard(customer)
  await customer.press('Back to cart')
  await customer.press('One more: Dish soap')
  const bringBack = await takeBackendDown(page, shop.url)
  await customer.press('Check out')
  await customer.sees('The shop cannot be reached')
  await bringBack()
  await customer.press('Check out')
  await customer.sees('Your EBT card')
  await customer.sees('Dish soap')
})

test('a browser that is offline as the customer pays asks what became of it, and charges once', async ({
  context,
  customer,
  shop,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'Only this browser can be taken offline here.')
  const { control } = shop.emulator!.emulator
  await startAtPin(customer, milk)
  await customer.type('EBT card PIN', pin)
  await context.setOffline(true)
  await customer.press(pay)
  await customer.sees('We could not learn whether your payment went through')
  expect(control.counts().captures).toBe(0)
  await context.setOffline(false)
  await customer.sees('Your card was not charged')
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  expect(control.counts().captures).toBe(1)
})

test('the laptop sleeps for 20 minutes, and the customer pays without knowing', async ({
  page,
  customer,
  shop,
  later,
}) => {
  const { control } = shop.emulator!.emulator
  await page.clock.install()
  await startAtPin(customer, milk)
  await expect(page.frameLocator('.secure-box iframe').getByLabel('EBT card PIN')).toBeVisible()
  await watchErrors(customer)
  later.ms = 20 * 60_000
  await control.advance(later.ms)
  await page.clock.fastForward(later.ms)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect.poll(() => control.counts().sessionTokens).toBe(2)
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  await expectNoErrors(customer)
  expect(control.counts().captures).toBe(1)
})

const pressPay = `[...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('Pay'))?.click()`

test.describe('two tabs of one order', () => {
  test('pay at the same moment: one charge, and both show the receipt', async ({
    context,
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    const other = await secondTab(context, shop.url, `/orders/${id}`)
    for (const each of [customer, other]) await each.type('EBT card PIN', pin)
    // At once, without the waits of a press: the tab that is second may have the receipt before it was pressed.
    await Promise.all([customer.evaluate(pressPay), other.evaluate(pressPay)])
    for (const each of [customer, other]) await each.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('one pays, and the other shows the receipt by itself', async ({ context, page, customer, shop }) => {
    const id = await startAtPin(customer, milk)
    const other = await secondTab(context, shop.url, `/orders/${id}`)
    await other.sees('Confirm with your PIN')
    await page.bringToFront()
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await other.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('signing out in one signs out the other, and its token is forgotten', async ({
    context,
    page,
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    const other = await secondTab(context, shop.url, `/orders/${id}`)
    await other.press('Sign out')
    await page.bringToFront()
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
})

test('over a slow mobile network the order is paid once', async ({
  context,
  page,
  customer,
  shop,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'Only this browser can be slowed down here.')
  const network = await context.newCDPSession(page)
  // What Chrome's developer tools call "Slow 3G".
  const bytesPerSecond = 50_000
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  })
  await customer.open()
  await payFromCart(customer)
  expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
})

test('nothing moves for those who asked for it', async ({ page, customer, browserName }) => {
  test.skip(browserName !== 'chromium', 'Only this browser can be asked for it here.')
  const durations = (): Promise<string[]> =>
    page
      .locator('button')
      .evaluateAll((buttons) => [
        ...new Set(buttons.map((button) => getComputedStyle(button).transitionDuration)),
      ])
  await customer.open()
  await customer.sees('Your cart')
  expect(await durations()).not.toEqual(['0s'])
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await durations()).toEqual(['0s'])
})

test('the vault never answers: after a minute the page says so, and the payment is made once', async ({
  page,
  customer,
  shop,
}) => {
  const { control } = shop.emulator!.emulator
  await page.clock.install()
  await startAtPin(customer, milk)
  await customer.type('EBT card PIN', pin)
  control.fault({ kind: 'hang', path: '/proxy/api/payments/*/capture/' })
  await customer.press(pay)
  await expect.poll(() => control.faults()).toEqual([])
  await page.clock.fastForward(61_000)
  await customer.sees('No answer came')
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  expect(control.counts().captures).toBe(1)
})

async function paymentOf(customer: Customer, orderId: string): Promise<string> {
  const read = `fetch('/api/orders/${orderId}').then((answer) => answer.json()).then((order) => order.payments[0].ref)`
  return String(await customer.evaluate(read))
}

test('Forage takes its time with a charge: nobody is told that the card was not charged, or asked for a PIN', async ({
  page,
  customer,
  shop,
  line,
}) => {
  const { control } = shop.emulator!.emulator
  const id = await startAtPin(customer, milk)
  const pathEnd = `/payments/${await paymentOf(customer, id)}/`
  await customer.type('EBT card PIN', pin)
  line.disturb({ method: 'GET', pathEnd, act: changed({ status: 'processing' }) })
  control.fault({ kind: 'html', path: '/proxy/api/payments/*/capture/' })
  await customer.press(pay)
  await customer.sees('Your payment is on its way')
  await customer.press('Check my payment')
  await customer.reload()
  await customer.sees('Your payment is on its way')
  await expect(page.getByRole('button', { name: /^Pay/ })).toHaveCount(0)
  await expect(page.getByText('was not charged')).toHaveCount(0)
  line.disturb()
  await customer.press('Check my payment')
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  expect(control.counts().captures).toBe(1)
})

test('another tab chooses another card while this one is at the PIN: nobody says that the payment waited too long', async ({
  context,
  page,
  customer,
  shop,
}) => {
  const id = await startAtPin(customer, milk)
  const other = await secondTab(context, shop.url, `/orders/${id}`)
  await other.press('Use another card')
  await other.sees('Your EBT card')
  await other.press('Use another card')
  await other.type('EBT card number', '9999420000000002')
  await other.press('Continue to balance')
  await other.sees('Check your balance')
  await page.bringToFront()
  await customer.sees('Check your balance')
  await expect(page.getByText('30 minutes')).toHaveCount(0)
})
