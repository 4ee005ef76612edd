import { expectNoTokenLeak } from '@forage-session/core/testing'
import { expect, type Locator, type Page } from '@playwright/test'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { TokenWatch } from '../../test/token-watch.ts'
import { expectAccessible } from '../support/axe.ts'
import { goToBalance, pin, total } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import { test as base } from '../support/shop-test.ts'
import { axeTags, deep } from '../support/test-tags.ts'

/** Opens the shop in one page of a browser and the control room in another. */
const test = base.extend<{ room: Page; press: (name: string) => Promise<void> }>({
  room: async ({ context, page, gate }, use) => {
    const room = await context.newPage()
    await room.goto(`${gate.url}/control`)
    await expect(room.getByText('✓ Live')).toBeVisible()
    await page.bringToFront()
    await use(room)
  },
  // Keys go to the page in front. That is the shop's page, except while a button of the control room is pressed.
  press: async ({ room, page }, use) =>
    use(async (name) => {
      await room.bringToFront()
      await room.getByRole('button', { name, exact: true }).click()
      await page.bringToFront()
    }),
})

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
// Each test has two pages and a whole checkout.
test.slow()

const timeline = (room: Page): Locator => room.getByRole('list', { name: 'Events, newest first' })

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
  ['Expire now', 'Forage now refuses 1 session token.'],
  ['Revoke', 'Forage now refuses 1 authentication token'],
  ['Reject next', 'Forage refuses the next request with a session token.'],
] as const

for (const [fault, outcome] of faults) {
  test(`after "${fault}" during a payment, the control room shows refusal, new token, replay and one charge`, async ({
    customer,
    later,
    room,
    press,
  }) => {
    using watch = new TokenWatch()
    await goToBalance(customer)
    await watchErrors(customer)
    // The backend does not replace a token that Forage refuses within 10 seconds of its issue.
    later.ms = 11_000
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
    // A page in the background is seldom drawn, and each click would wait for that.
    await room.bringToFront()
    for (const row of await timeline(room).locator('summary').all()) await row.click()
    expectNoTokenLeak({ tokens, 'the control room': await room.content() })
  })
}

test('the next checkout clears the ticks of the last one', async ({ customer, room, press }) => {
  await goToBalance(customer)
  await press('Expire now')
  await pay(customer)
  await expectStory(room, ['done', 'done', 'done', 'done'])
  await customer.press('Start a new order')
  await customer.press('One more: Whole milk')
  await customer.press('Check out')
  await expectStory(room, ['not yet', 'not yet', 'not yet', 'not yet'])
})

test('if the PIN is typed before "Expire now", the shop says why it asks for the PIN again, and the payment succeeds', async ({
  customer,
  room,
  press,
}) => {
  await goToBalance(customer)
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await press('Expire now')
  await customer.press(`Pay ${total} with EBT SNAP`)
  await customer.sees('Nothing was charged. Please enter your PIN again.')
  await customer.sees('Forage refused the session token, and the session replaced it.')
  await customer.sees('keeps the session token that it was created with, so the PIN that you typed')
  await customer.type('EBT card PIN', pin)
  await customer.press(`Pay ${total} with EBT SNAP`)
  await customer.sees('Thank you, your order is paid')
  await expectFigure(room, 'Payments captured', '1')
})

test('each source has the color of the legend in the timeline', async ({ customer, room }) => {
  await goToBalance(customer)
  const colors = new Set<string>()
  for (const source of ['Shop’s page', 'Forage', 'Backend']) {
    const color = (within: Locator): Promise<string> =>
      within
        .getByText(source, { exact: true })
        .first()
        .evaluate((element) => getComputedStyle(element).color)
    const inLegend = await color(room.getByRole('group', { name: 'Show these sources' }))
    expect(await color(timeline(room))).toBe(inLegend)
    colors.add(inLegend)
  }
  expect(colors.size).toBe(3)
})

test.describe('1440 × 900', () => {
  test.use({ viewport: { width: 1440, height: 900 } })

  test('at 1440 × 900, the timeline and the ticks stay visible without scrolling during a payment', async ({
    customer,
    room,
    press,
  }) => {
    await goToBalance(customer)
    await press('Expire now')
    await pay(customer)
    await expectStory(room, ['done', 'done', 'done', 'done'])
    // A driver may scroll before it clicks.
    await room.evaluate(() => scrollTo(0, 0))
    const rows = timeline(room).getByRole('listitem')
    for (const seen of [
      rows.first(),
      rows.nth(10),
      room.getByText('Paid once'),
      room.getByRole('button', { name: 'Expire now' }),
    ])
      await expect(seen.first()).toBeInViewport({ ratio: 1 })
    // The timeline also stays while the visitor scrolls to the end of the buttons.
    await room.evaluate(() => scrollTo(0, 100))
    await expect(rows.first()).toBeInViewport({ ratio: 1 })
  })
})

test.describe('360 × 740', () => {
  test.use({ viewport: { width: 360, height: 740 } })

  test('at 360 px, the timeline comes before everything else of the control room', async ({
    customer,
    room,
  }) => {
    await goToBalance(customer)
    await expect(timeline(room).getByRole('listitem').first()).toBeInViewport({ ratio: 1 })
    const tops = await room
      .getByRole('heading', { level: 2 })
      .evaluateAll((headings) => headings.map((heading) => heading.getBoundingClientRect().top))
    expect(tops.toSorted((a, b) => a - b)).toEqual(tops)
    await expect(room.getByRole('heading', { level: 2 }).first()).toHaveText('Timeline')
  })
})

test(
  'slow answers from Forage only delay the payment, and pending faults can be canceled',
  deep,
  async ({ customer, room, press }) => {
    await goToBalance(customer)
    await watchErrors(customer)
    await press('Slow')
    await expect(room.getByText('Pending faults: Slow (6 requests)')).toBeVisible()
    await customer.press('Continue to payment')
    await expect(room.getByText(/Slow \([1-5] requests?\)/)).toBeVisible()
    await press('Cancel faults')
    await expect(room.getByText('Pending faults')).toBeHidden()
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
  'if the page goes offline during the checkout, it says so, and the order is paid once when it is online again',
  deep,
  async ({ customer, room, press }) => {
    await goToBalance(customer)
    await press('Offline')
    await expect(
      room.getByText('The shop’s page is offline, and its clock is correct.').first(),
    ).toBeVisible()
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
    `a wrong clock in the page during the checkout (${clock}) does not disturb the customer`,
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

test('while no page of the shop is open, the control room says so and disables the page faults', async ({
  room,
  customer,
}) => {
  await expect(room.getByText('No page of the shop is open in this browser.')).toBeVisible()
  await expect(room.getByRole('button', { name: 'Offline' })).toBeDisabled()
  await customer.open()
  await expect(room.getByText('1 page of the shop is open in this browser.')).toBeVisible()
  await expect(room.getByRole('button', { name: 'Offline' })).toBeEnabled()
})

test('the timeline can be filtered, paused and opened with the keyboard alone', async ({ room }) => {
  await room.bringToFront()
  await room.getByRole('button', { name: 'Expire now' }).focus()
  await room.keyboard.press('Enter')
  await expect(timeline(room).getByRole('listitem')).toHaveCount(1)
  await room.getByRole('button', { name: 'Pause' }).focus()
  await room.keyboard.press('Space')
  await room.getByRole('button', { name: 'Reject next' }).focus()
  await room.keyboard.press('Enter')
  await expect(room.getByText('1 new entry')).toBeVisible()
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

      test(`the control room has no accessibility problem (${width} px, ${colorScheme})`, async ({
        room,
        customer,
        press,
      }) => {
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
