import { AxeBuilder } from '@axe-core/playwright'
import { expectNoTokenLeak } from '@forage-session/core/testing'
import type { ServerClock } from '@forage-session/server'
import { expect, type Locator, type Page } from '@playwright/test'

import { availableEngines } from '../../../../scripts/browsers.ts'
import { startCheckout } from '../../src/checkout-app.ts'
import { TokenWatch } from '../../test/token-watch.ts'
import { goToBalance, pin, total } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { axeTags, deep } from '../support/depth.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import { test as base } from '../support/shop-test.ts'

/** A token that is refused within its first ten seconds is not replaced: that would only make more of them. */
let laterMs = 0
const laterClock: ServerClock = {
  now: () => Date.now() + laterMs,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}

/** The shop in one page of a browser, the control room in another. */
const test = base.extend<{ room: Page; press: (name: string) => Promise<void> }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it that nothing is needed.
  shop: async ({}, use) => {
    const shop = await startCheckout({ port: 0, emulatorPort: 0, instances: [{ clock: laterClock }] })
    await use(shop)
    await shop.close()
  },
  room: async ({ context, page, gate }, use) => {
    const room = await context.newPage()
    await room.goto(`${gate.url}/control`)
    await expect(room.getByText('✓ Live')).toBeVisible()
    await page.bringToFront()
    await use(room)
  },
  // Keys go to the page in front, which is the shop's but for the time of a press.
  press: async ({ room, page }, use) =>
    use(async (name) => {
      await room.bringToFront()
      await room.getByRole('button', { name, exact: true }).click()
      await page.bringToFront()
    }),
})

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
// Two pages, and a checkout in each test.
test.slow()

const timeline = (room: Page): Locator => room.getByRole('list', { name: 'What happened, newest first' })

async function pay(customer: Customer): Promise<void> {
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await customer.press(`Pay ${total} with EBT SNAP`)
  await customer.sees('Thank you, your order is paid')
}

async function expectStory(room: Page, states: string[]): Promise<void> {
  const story = room.getByRole('listitem').filter({ hasText: /^. (Refused|New token|Sent again|Paid once) / })
  await expect(story).toHaveText(
    states
      .map((state, i) => `${['Refused', 'New token', 'Sent again', 'Paid once'][i]} ${state}`)
      .map((text) => new RegExp(`${text}$`)),
  )
}

async function expectFigure(room: Page, name: string, value: string): Promise<void> {
  await expect(room.locator('.figures div').filter({ hasText: name }).getByRole('definition')).toHaveText(
    value,
  )
}

const faults = [
  ['Expire now', 'Forage refuses 1 session token from now on.'],
  ['Revoke', 'Forage refuses 1 authentication token from now on'],
  ['Reject next', 'Forage refuses the next request that bears a session token.'],
] as const

for (const [fault, outcome] of faults) {
  test(`"${fault}" is pressed while the customer pays: refused, a new token, sent again, paid once`, async ({
    customer,
    room,
    press,
  }) => {
    using watch = new TokenWatch()
    await goToBalance(customer)
    await watchErrors(customer)
    laterMs += 11_000
    await press(fault)
    await expect(room.getByText(outcome).first()).toBeVisible()
    await pay(customer)
    await expectNoErrors(customer)
    await expectStory(room, ['done', 'done', 'done', 'done'])
    await expectFigure(room, 'Payments captured', '1')
    const rows = timeline(room)
      .getByRole('listitem')
      .filter({ hasText: /Refused GET|New token|Sent again/ })
    await expect(rows.nth(0)).toContainText('Sent again')
    await expect(rows.nth(1)).toContainText('New token')
    await expect(rows.nth(2)).toContainText('Refused GET')
    const { tokens } = watch
    expect(tokens.length).toBeGreaterThan(2)
    // A page behind another is seldom drawn: each click would wait for it.
    await room.bringToFront()
    for (const row of await timeline(room).locator('summary').all()) await row.click()
    expectNoTokenLeak({ tokens, 'the control room': await room.content() })
  })
}

test(
  'slow answers of Forage delay the payment and nothing else; what is left of them is taken back',
  deep,
  async ({ customer, room, press }) => {
    await goToBalance(customer)
    await watchErrors(customer)
    await press('Slow')
    await expect(room.getByText('Still to strike: latency (6 requests)')).toBeVisible()
    await customer.press('Continue to payment')
    await expect(room.getByText(/latency \([1-5] requests?\)/)).toBeVisible()
    await press('Take back')
    await expect(room.getByText('Still to strike')).toBeHidden()
    await customer.type('EBT card PIN', pin)
    await customer.press(`Pay ${total} with EBT SNAP`)
    await customer.sees('Thank you, your order is paid')
    await expectNoErrors(customer)
    await expectStory(room, ['not needed', 'not needed', 'not needed', 'done'])
    await expect(room.locator('.row-name').filter({ hasText: /95 % within \d+(\.\d)? s\./ })).toBeVisible()
    await expectFigure(room, 'Payments captured', '1')
  },
)

test(
  'the network of the page drops while the customer pays: it says so, and is paid once when it is back',
  deep,
  async ({ customer, room, press }) => {
    await goToBalance(customer)
    await press('Offline')
    await expect(room.getByText('The shop’s page is offline, and its clock is right.').first()).toBeVisible()
    await customer.press('Continue to payment')
    await customer.sees('The shop cannot be reached')
    await press('Offline')
    await expect(room.getByRole('button', { name: 'Offline' })).toHaveAttribute('aria-pressed', 'false')
    await pay(customer)
    await expectFigure(room, 'Payments captured', '1')
  },
)

for (const clock of ['Clock −5 h', '+5 h']) {
  test(
    `the clock of the page is set wrong (${clock}) while the customer pays: nobody notices`,
    deep,
    async ({ customer, room, press }) => {
      await goToBalance(customer)
      await watchErrors(customer)
      await press(clock)
      await expect(room.getByRole('button', { name: clock })).toHaveAttribute('aria-pressed', 'true')
      await pay(customer)
      await expectNoErrors(customer)
      await expectFigure(room, 'Payments captured', '1')
      await expect(timeline(room)).toContainText('The clock was set')
    },
  )
}

test('with no page of the shop open it says so, and offers no fault of one', async ({ room, customer }) => {
  await expect(room.getByText('No page of the shop is open in this browser.')).toBeVisible()
  await expect(room.getByRole('button', { name: 'Offline' })).toBeDisabled()
  await customer.open()
  await expect(room.getByText('1 page of the shop is open in this browser.')).toBeVisible()
  await expect(room.getByRole('button', { name: 'Offline' })).toBeEnabled()
})

test('the timeline is filtered, paused and opened with the keyboard alone', async ({ room }) => {
  await room.bringToFront()
  await room.getByRole('button', { name: 'Expire now' }).focus()
  await room.keyboard.press('Enter')
  await expect(timeline(room).getByRole('listitem')).toHaveCount(1)
  await room.getByRole('button', { name: 'Pause' }).focus()
  await room.keyboard.press('Space')
  await room.getByRole('button', { name: 'Reject next' }).focus()
  await room.keyboard.press('Enter')
  await expect(room.getByText('1 entry held back')).toBeVisible()
  await expect(timeline(room).getByRole('listitem')).toHaveCount(1)
  await timeline(room).locator('summary').focus()
  await room.keyboard.press('Enter')
  await expect(timeline(room).getByRole('definition').filter({ hasText: 'expire' })).toBeVisible()
  await room.getByRole('checkbox', { name: 'You' }).focus()
  await room.keyboard.press('Space')
  await expect(timeline(room)).toBeHidden()
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1440]) {
    test.describe(`${width} px, ${colorScheme}`, { tag: axeTags(width, colorScheme) }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test('the control room keeps nobody out', async ({ room, customer, press }) => {
        await expectAccessible(room)
        await goToBalance(customer)
        await press('Slow')
        await timeline(room).locator('summary').first().click()
        await expectAccessible(room)
        expect(await room.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      })
    })
  }
}

/** WCAG 2.2 A and AA, and what is good practice, as far as axe can tell. */
async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}
