import { expect } from '@playwright/test'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { changed, signal } from '../../test/forage-line.ts'
import { goToCard, milk, payFromCart, pin, startAtPin } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import { test } from '../support/shop-test.ts'

// These stories need features that not every driver has, so they run only with Playwright's browsers.

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

const pay = 'Pay $4.29 with EBT SNAP'
const thanks = 'Thank you, your order is paid'

test('if the backend is down before the first token, the page says so and continues after a retry', async ({
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

test('if the browser is offline during the payment, the page checks the payment later and charges once', async ({
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
  await customer.sees('We do not know yet whether your payment succeeded')
  expect(control.counts().captures).toBe(0)
  await context.setOffline(false)
  await customer.sees('Your card was not charged')
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  expect(control.counts().captures).toBe(1)
})

test('if the payment cannot be loaded, "Try again" moves the focus to the heading and loads it', async ({
  page,
  customer,
}) => {
  await startAtPin(customer, milk)
  const path = '**/api/payments/*/'
  await page.route(path, (route) => route.abort())
  await customer.reload()
  await customer.sees('We could not load your payment')
  await page.unroute(path)
  await customer.press('Try again')
  await expect(page.getByRole('heading', { name: 'Confirm with your PIN' })).toBeFocused()
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
})

test('while a card is being removed, Escape does not hide the question, and the customer reads why it failed', async ({
  page,
  customer,
}) => {
  await goToCard(customer)
  await customer.type('EBT card number', '9999420000000001')
  await customer.press('Continue to balance')
  await customer.press('Use another card')
  const { given: isOver, give: fail } = signal()
  await page.route('**/api/cards/*', async (route) => {
    await isOver
    await route.abort()
  })
  await customer.press('Remove card ending in 0001')
  await customer.press('Yes, remove the card')
  await customer.sees('Removing…')
  // Chromium closes a dialog at the second Escape, whatever the page says to the first.
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeVisible()
  fail()
  await customer.sees('The shop cannot be reached')
  await customer.press('Keep the card')
  await customer.sees('Card ending in 0001')
})

test('after the laptop sleeps for 20 minutes, the customer pays without any error', async ({
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
  // Chrome's developer tools call this "Slow 3G".
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

test('if the customer prefers reduced motion, nothing moves', async ({ page, customer, browserName }) => {
  test.skip(browserName !== 'chromium', 'Only this browser can emulate the preference here.')
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

test('if the vault never answers, the page says so after a minute, and the order is paid once', async ({
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
  await customer.sees('We got no answer')
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  expect(control.counts().captures).toBe(1)
})

async function paymentOf(customer: Customer, orderId: string): Promise<string> {
  const read = `fetch('/api/orders/${orderId}').then((answer) => answer.json()).then((order) => order.payments[0].ref)`
  return String(await customer.evaluate(read))
}

test('while Forage is processing a charge, the page shows no PIN and does not claim that nothing was charged', async ({
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
  await customer.sees('Your payment is in progress')
  await customer.press('Check my payment')
  await customer.reload()
  await customer.sees('Your payment is in progress')
  await expect(page.getByRole('button', { name: /^Pay/ })).toHaveCount(0)
  await expect(page.getByText('was not charged')).toHaveCount(0)
  line.disturb()
  await customer.press('Check my payment')
  await customer.type('EBT card PIN', pin)
  await customer.press(pay)
  await customer.sees(thanks)
  expect(control.counts().captures).toBe(1)
})
