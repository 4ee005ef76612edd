import { expect, type TestInfo } from '@playwright/test'

import { availableEngines } from '../../../../scripts/browsers.ts'
import type { RunningCheckout } from '../../src/checkout-app.ts'
import {
  card,
  goToBalance,
  goToCard,
  goToPin,
  milk,
  mixed,
  payFromCart,
  pin,
  startAtPin,
  total,
} from '../support/checkout-path.ts'
import type { Customer, Digit } from '../support/customer.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import type { ShopTest } from '../support/shop-test.ts'

const pay = `Pay ${total} with EBT SNAP`
const thanks = 'Thank you, your order is paid'

/** What the emulator saw: the proof of a story. Tokens in it are fingerprints. */
async function attachLog(shop: RunningCheckout, info: TestInfo): Promise<void> {
  const { control } = shop.emulator!.emulator
  const lines = control
    .requests()
    .map(({ method, path, status, fingerprint = '' }) => `${method} ${path} ${status} ${fingerprint}`.trim())
  const body = [JSON.stringify(control.counts()), ...lines].join('\n')
  await info.attach('emulator log', { body, contentType: 'text/plain' })
}

async function seesReceipt(customer: Customer): Promise<void> {
  await customer.sees(thanks)
  await customer.sees('Paid with EBT SNAP')
  await customer.sees('EBT SNAP balance left')
  await customer.sees('$981.27')
}

/** The test command tells these in Firefox and WebKit, too; `pnpm test:e2e` tells every story in each. */
const everywhere = { tag: '@everywhere' }

/** The stories that hold in every browser. */
export function tellStories(test: ShopTest): void {
  test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
  test.afterEach(async ({ shop }, info) => attachLog(shop, info))

  test(
    'the session token expires between balance and payment, and the customer never knows',
    everywhere,
    async ({ customer, shop }) => {
      const { control } = shop.emulator!.emulator
      await goToBalance(customer)
      await watchErrors(customer)
      await customer.press('Expire the session token now')
      await customer.sees('Expired: Forage refuses it from now on')
      await customer.press('Continue to payment')
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await expectNoErrors(customer)
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
      expect(control.requests().filter(({ path }) => path.endsWith('/capture/'))).toHaveLength(1)
    },
  )

  test(
    'the session token expires while the PIN is typed: nothing is charged, and the PIN is asked for again',
    everywhere,
    async ({ customer, shop }) => {
      const { control } = shop.emulator!.emulator
      await goToPin(customer)
      await watchErrors(customer)
      await customer.type('EBT card PIN', pin)
      await customer.press('Expire the session token now')
      await customer.sees('Expired: Forage refuses it from now on')
      await customer.press(pay)
      await customer.sees('Nothing was charged. Please enter your PIN again.')
      expect(control.counts().captures).toBe(0)
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await expectNoErrors(customer)
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
    },
  )

  test('a request that is refused for its token is sent again, unseen', async ({ customer, shop }) => {
    const { control } = shop.emulator!.emulator
    await goToBalance(customer)
    await watchErrors(customer)
    control.fault({ kind: 'reject', path: '/api/payments/*/', code: 'expired_session_token' })
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    const reads = control
      .requests()
      .filter(({ method, path }) => method === 'GET' && /payments\/\w+\/$/.test(path))
    // The backend reads payments, too: with its own token.
    const refused = reads.findIndex(({ status }) => status === 401)
    const again = reads.slice(refused + 1).find(({ path }) => path === reads[refused]!.path)
    expect(again?.status).toBe(200)
    expect(again?.fingerprint).not.toBe(reads[refused]!.fingerprint)
    expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
  })

  test('a double click pays once', everywhere, async ({ customer, shop }) => {
    const { control } = shop.emulator!.emulator
    await goToBalance(customer)
    await watchErrors(customer)
    await customer.pressTwice('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.pressTwice(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    expect(control.counts().captures).toBe(1)
    const captures = control.requests().filter(({ path }) => path.endsWith('/capture/'))
    expect(captures).toHaveLength(1)
  })

  for (const when of ['before', 'after'] as const) {
    test(
      `the network drops ${when} the charge is made: one charge, and the customer is told what to do`,
      everywhere,
      async ({ customer, shop }) => {
        const { control } = shop.emulator!.emulator
        await startAtPin(customer, milk)
        const restore = control.fault({ kind: 'drop', path: '/proxy/api/payments/', when, count: 9 })
        await customer.type('EBT card PIN', pin)
        await customer.press('Pay $4.29')
        if (when === 'before') {
          await customer.sees('No answer came')
          await customer.sees('nothing is charged twice')
          expect(control.counts().captures).toBe(0)
          restore()
          await customer.type('EBT card PIN', pin)
          await customer.press('Pay $4.29')
        }
        await customer.sees(thanks)
        expect(control.counts().captures).toBe(1)
      },
    )
  }

  test('the customer goes for lunch: the amounts are asked for again, and one charge is made', async ({
    customer,
    shop,
  }) => {
    const { control } = shop.emulator!.emulator
    await goToPin(customer)
    // By then the page has read all that it reads of the order.
    await customer.type('EBT card PIN', pin)
    await control.advance(90 * 60_000)
    await customer.press(pay)
    await customer.sees('Your payment waited for more than 30 minutes')
    expect(control.counts().captures).toBe(0)
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    expect(control.counts().captures).toBe(1)
  })

  test('the merchant revokes its authentication token: the PIN is asked for again, and one charge is made', async ({
    customer,
    shop,
    later,
  }) => {
    const { control } = shop.emulator!.emulator
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    control.revokeAuthenticationTokens()
    // A token that is refused within its first ten seconds is not replaced: that would only make more of them.
    later.ms = 11_000
    await customer.press('Pay $4.29')
    await customer.sees('Nothing was charged. Please enter your PIN again.')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    const { authenticationTokens, captures } = control.counts()
    expect({ authenticationTokens, captures }).toEqual({ authenticationTokens: 2, captures: 1 })
  })

  test('the customer is signed out elsewhere while they pay: one charge, and after signing in the receipt', async ({
    customer,
    shop,
  }) => {
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    await customer.evaluate(`fetch('/api/account', { method: 'DELETE' }).then(({ status }) => status)`)
    await customer.press('Pay $4.29')
    await customer.sees('You are signed out. Sign in again: your order is still here.')
    await customer.press('Maria Lopez')
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  for (const hours of [-5, 5]) {
    test(`the customer's clock is wrong by ${hours} hours, and nobody notices`, async ({
      customer,
      shop,
    }) => {
      await customer.open()
      await customer.sees('Your cart')
      await watchErrors(customer)
      const offMs = hours * 60 * 60_000
      await customer.evaluate(`(() => {
        const now = Date.now
        Date.now = () => now() + ${offMs}
        return true
      })()`)
      await payFromCart(customer)
      await expectNoErrors(customer)
      const { sessionTokens, captures } = shop.emulator!.emulator.control.counts()
      expect({ sessionTokens, captures }).toEqual({ sessionTokens: 1, captures: 1 })
    })
  }

  test('a reload comes back to the same step, and a later visit to the same card', async ({
    customer,
    shop,
  }) => {
    await goToCard(customer)
    await customer.reload()
    await customer.type('EBT card number', card)
    await customer.press('Continue to balance')
    await customer.sees('Check your balance')
    await customer.reload()
    await customer.type('EBT card PIN', pin)
    await customer.press('Show my balance')
    await customer.sees('Choose the amounts')
    await customer.reload()
    await customer.press('Continue to payment')
    await customer.sees('Confirm with your PIN')
    await customer.reload()
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
    await customer.reload()
    await seesReceipt(customer)
    await customer.press('Start a new order')
    await customer.sees('Put something into your cart to go on.')
    await customer.press('One more: Whole milk')
    await customer.press('Check out')
    await customer.sees('Card ending in 0001')
    await customer.press('Use this card')
    await customer.sees('Check your balance')
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('the way back leads to the cart, and forward to where the customer was', async ({ customer }) => {
    await goToBalance(customer)
    await customer.back()
    await customer.sees('Your cart')
    await customer.evaluate('history.forward()')
    await customer.sees('Choose the amounts')
    // Another page, and back: from the back/forward cache, where the browser has one.
    await customer.evaluate(`(location.href = '/store', true)`)
    await customer.sees('For staff')
    await customer.back()
    await customer.sees('Choose the amounts')
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees(thanks)
  })

  test(
    'EBT SNAP, EBT Cash and a card pay one order, with a PIN for each benefit',
    everywhere,
    async ({ customer, shop }) => {
      await customer.open()
      await customer.press('One more: Dish soap')
      await customer.press('One more: Gift card')
      await customer.press('Check out')
      await customer.press('Maria Lopez')
      await customer.type('EBT card number', card)
      await customer.press('Continue to balance')
      await customer.type('EBT card PIN', pin)
      await customer.press('Show my balance')
      await customer.sees('Choose the amounts')
      await customer.fill('EBT SNAP', '20')
      await customer.sees('EBT SNAP pays for eligible food only: at most $18.73.')
      await customer.fill('EBT SNAP', '8.73')
      await customer.fill('EBT Cash', '13.99')
      await customer.press('Continue to payment')
      await customer.sees('1 of 2')
      await customer.type('EBT card PIN', pin)
      await customer.press('Pay $8.73 with EBT SNAP')
      await customer.sees('$8.73 of $32.72 is paid')
      await customer.type('EBT card PIN', pin)
      await customer.press('Pay $13.99 with EBT Cash')
      await customer.sees(thanks)
      await customer.sees('Paid with Visa ending in 4242')
      await customer.sees('$10.00')
      expect(shop.emulator!.emulator.control.counts().captures).toBe(2)
    },
  )

  test('who cancels half-way gets back what was paid', async ({ customer, shop }) => {
    await startAtPin(customer, mixed)
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29 with EBT SNAP')
    await customer.sees('2 of 2')
    await customer.press('Cancel the order and get $4.29 back')
    await customer.sees('Your order is canceled')
    await customer.sees('$4.29 goes back to EBT SNAP')
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('a wrong PIN is said beside the field, and the right one pays', async ({ customer, shop }) => {
    await startAtPin(customer, milk, '6777777777771234')
    await customer.type('EBT card PIN', '0000')
    await customer.press('Pay $4.29')
    await customer.sees('That PIN is not right')
    await customer.type('EBT card PIN', '1234')
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('a refund of a part reaches the receipt, and a double click refunds once', async ({
    customer,
    shop,
  }) => {
    const id = await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    await customer.open('/store')
    await customer.press('Sign in as store manager')
    await customer.press('Refund EBT SNAP')
    await customer.fill('Amount', '1.29')
    await customer.fill('Reason', 'Spoiled')
    await customer.pressTwice('Refund $1.29 to EBT SNAP')
    await customer.sees('$1.29, done')
    await customer.open(`/orders/${id}`)
    await customer.sees(': Spoiled')
    const refunds = shop
      .emulator!.emulator.control.requests()
      .filter(({ path }) => path.endsWith('/refunds/'))
    expect(refunds).toHaveLength(1)
  })

  test('a checkout can be done with the keyboard alone', everywhere, async ({ customer, shop }) => {
    await customer.open()
    await customer.sees('Your cart')
    await tabTo(customer, 'Check out')
    await customer.key('Enter')
    await customer.sees('Sign in')
    await tabTo(customer, 'MMaria Lopez')
    await customer.key('Enter')
    await typeWithKeys(customer, 'EBT card number', card)
    await tabTo(customer, 'Continue to balance')
    await customer.key('Space')
    await typeWithKeys(customer, 'EBT card PIN', pin)
    await tabTo(customer, 'Show my balance')
    await customer.key('Enter')
    await customer.sees('$1,000.00')
    await tabTo(customer, 'Continue to payment')
    await customer.key('Enter')
    await typeWithKeys(customer, 'EBT card PIN', pin)
    await tabTo(customer, pay)
    await customer.key('Enter')
    await seesReceipt(customer)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

/** What has the focus: a button's text, or a frame's title. */
const focused = `(() => {
  const { activeElement } = document
  return activeElement?.title || activeElement?.textContent || ''
})()`

async function tabTo(customer: Customer, name: string): Promise<void> {
  await expect(async () => {
    if (String(await customer.evaluate(focused)).trim() === name) return
    await customer.key('Tab')
    expect(String(await customer.evaluate(focused)).trim()).toBe(name)
  }).toPass({ timeout: 30_000, intervals: [20] })
}

async function typeWithKeys(customer: Customer, into: string, digits: string): Promise<void> {
  await customer.sees(into)
  // A frame that is still loading takes the focus, and no key.
  await expect.poll(() => customer.evaluate(`!document.querySelector('.secure-box.loading')`)).toBe(true)
  await tabTo(customer, into)
  for (const digit of digits) await customer.key(digit as Digit)
}
