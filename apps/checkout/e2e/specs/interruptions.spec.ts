import { expect } from '@playwright/test'

import { availableEngines } from '../../../../scripts/browsers.ts'
import { changed } from '../../test/forage-line.ts'
import { goToCard, milk, payFromCart, pin, startAtPin } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import { test } from '../support/shop-test.ts'

/* The stories that need more of a browser than every driver has. */

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

const pay = 'Pay $4.29 with EBT SNAP'
const thanks = 'Thank you, your order is paid'

test('the backend is down before there is a token: the page says so, and goes on when it is back', async ({
  page,
  customer,
}) => {
  const path = '**/api/forage/session-token'
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
