import { expect, type Page } from '@playwright/test'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { signal } from '../../test/forage-line.ts'
import { goToBalance, goToCard, milk, mixed, pin, startAtPin } from '../support/checkout-path.ts'
import { test } from '../support/shop-test.ts'

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

const thanks = 'Thank you, your order is paid'

test('one sentence at the top says what the demo is, and links to the docs', async ({ page, customer }) => {
  await customer.open()
  const sentence = page.locator('.demo-sentence')
  await expect(sentence).toHaveText(
    'This demo shop of forage-session takes EBT, without real money. Read the docs',
  )
  await expect(sentence.getByRole('link')).toHaveAttribute('href', /\/docs/)
  const top = await sentence.evaluate((element) => element.getBoundingClientRect().top)
  expect(top).toBe(0)
})

test('every product, deposit and fee has a picture', async ({ page, customer }) => {
  await customer.open()
  await customer.press('One more: Seltzer water')
  await page.getByLabel('Delivery').check()
  const pictures = page.locator('.picture')
  await expect(pictures).toHaveCount(10 + 7)
  await expect(page.locator('.picture img[src$=".svg"]')).toHaveCount(await pictures.count())
  const isDrawn = `[...document.querySelectorAll('.picture img')].every(({ naturalWidth }) => naturalWidth > 0)`
  await expect.poll(() => customer.evaluate(isDrawn)).toBe(true)
})

test('the printed receipt has the items and no controls', async ({ page, customer, browserName }) => {
  test.skip(browserName !== 'chromium', 'Only this browser can emulate the printer here.')
  await startAtPin(customer, milk)
  await customer.type('EBT card PIN', pin)
  await customer.press('Pay $4.29')
  await customer.sees('EBT SNAP balance left')
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await expect(page.getByText('Whole milk')).toBeVisible()
    // Paper is white, also for a customer who reads in the dark.
    await expect(page.getByText('Whole milk')).toHaveCSS('color', 'rgb(26, 34, 29)')
    await expect(page.getByText(thanks)).toBeVisible()
    for (const control of await page.locator('button, .demo, .demo-sentence, nav').all())
      await expect(control).toBeHidden()
    await page.emulateMedia({ media: 'screen' })
  }
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } })

  test('"Check out" is in reach without scrolling, and nothing overflows', async ({ page, customer }) => {
    await customer.open()
    await expect(page.getByRole('button', { name: 'Check out' })).toBeInViewport({ ratio: 1 })
    expect(await customer.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })

  test('if the shop cannot be reached, the page says so next to "Check out"', async ({
    page,
    customer,
    gate,
  }) => {
    await goToCard(customer)
    await customer.press('Back to cart')
    await customer.press('One more: Bananas')
    gate.goDown()
    await customer.press('Check out')
    await expect(page.getByText('The shop cannot be reached')).toBeInViewport({ ratio: 1 })
  })

  test('the bar shows what is left to pay, and opens the whole split', async ({ page, customer }) => {
    await startAtPin(customer, mixed)
    const bar = page.locator('.summary-toggle')
    await expect(bar).toContainText('$18.28')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29 with EBT SNAP')
    await expect(bar).toContainText('Left to pay $13.99')
    await bar.click()
    const split = page.getByLabel('How you pay')
    await expect(split).toContainText('Paid with EBT SNAP$4.29')
    await expect(split).toContainText('EBT Cash$3.99')
    await expect(split).toContainText('Visa ending in 4242$10.00')
  })
})

test('a focused frame has one ring, which the page draws', async ({ page, customer }) => {
  await goToCard(customer)
  const box = page.locator('.secure-box')
  const input = page.frameLocator('.secure-box iframe').getByLabel('EBT card number')
  await input.click()
  await expect(input).toHaveCSS('outline-style', 'none')
  await expect(box).toHaveCSS('outline-style', 'solid')
  await page.keyboard.type('9999')
  await page.keyboard.press('Enter')
  await customer.sees('This card number is not complete')
  await expect(input).toHaveCSS('outline-style', 'none')
  await expect(box).toHaveCSS('outline-style', 'solid')
  await page.keyboard.press('Tab')
  await expect(box).toHaveCSS('outline-style', 'none')
})

test('the amounts step and the order summary show the whole split while the customer types', async ({
  page,
  customer,
}) => {
  await goToBalance(customer)
  await customer.fill('EBT SNAP', '8')
  for (const split of [page.locator('.split'), page.locator('.summary').getByLabel('How you pay')]) {
    await expect(split).toContainText(/EBT SNAP\s*\$8\.00/)
    await expect(split).toContainText(/EBT Cash\s*\$0\.00|Visa ending in 4242\s*\$10\.73/)
  }
})

test('while the payment is loading, the page already has its shape, so that no button moves', async ({
  page,
  customer,
}) => {
  await startAtPin(customer, mixed)
  const { given: isAnswered, give: answer } = signal()
  await page.route('**/api/payments/*/', async (route) => {
    await isAnswered
    await route.continue()
  })
  await customer.reload()
  await customer.sees('Confirm with your PIN')
  const cancel = page.getByRole('button', { name: 'Cancel this order' })
  const before = await cancel.boundingBox()
  answer()
  await expect(page.frameLocator('.secure-box iframe').getByLabel('EBT card PIN')).toBeVisible()
  expect(await cancel.boundingBox()).toEqual(before)
})

test('the customer can go back from a page that opens an order without its steps', async ({ customer }) => {
  const id = await startAtPin(customer, milk)
  await customer.open('/store')
  await customer.open(`/orders/${id}`)
  await customer.sees('Confirm with your PIN')
  await customer.back()
  await customer.sees('Staff sign-in')
})

test.describe('in dark mode', () => {
  test.use({ colorScheme: 'dark' })

  test('amounts, frames and the refund form use the shop’s own colors', async ({
    page,
    customer,
    browserName,
  }) => {
    test.skip(browserName !== 'chromium', 'Only this browser can emulate the color scheme here.')
    await goToCard(customer)
    const field = await page.evaluate(
      `getComputedStyle(document.documentElement).getPropertyValue('--field').trim()`,
    )
    await expectColors(page, '.secure-box', String(field))
    const input = page.frameLocator('.secure-box iframe').getByLabel('EBT card number')
    await expect(input).toHaveCSS('background-color', 'rgb(18, 22, 19)')
    await expect(input).toHaveCSS('color', 'rgb(235, 239, 234)')
    await customer.type('EBT card number', '9999420000000001')
    await customer.press('Continue to balance')
    await customer.type('EBT card PIN', pin)
    await customer.press('Continue to amounts')
    await customer.sees('Choose the amounts')
    await expectColors(page, '.money-box', String(field))
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $18.73')
    await customer.sees(thanks)
    await customer.open('/store')
    await customer.press('Sign in as store manager')
    await customer.press('Refund EBT SNAP')
    await expectColors(page, '.money-box', String(field))
    await expectColors(page, '.text-box', String(field))
  })
})

/** Expects the shop's colors of a field, not those that the browser chooses. */
async function expectColors(page: Page, selector: string, field: string): Promise<void> {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(field.slice(at, at + 2), 16))
  const box = page.locator(selector).first()
  await expect(box).toHaveCSS('background-color', `rgb(${red}, ${green}, ${blue})`)
  await expect(box).toHaveCSS('color', 'rgb(235, 239, 234)')
}
